package dev.treadle.training.tensor;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Sequence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Takes steps of LoRA whenever a line comes on standard input, and says how fast: the other half of
 * bench/train-speed.sh is PEFT.
 *
 * <p>Arguments: model folder, sequences, their length, rank, dropout, threads, steps in a round.
 */
final class StepBench {
  private StepBench() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    int length = Integer.parseInt(arguments[2]);
    int rank = Integer.parseInt(arguments[3]);
    double dropout = Double.parseDouble(arguments[4]);
    int steps = Integer.parseInt(arguments[6]);
    Libtorch.load();
    ModelShape shape = ModelShape.read(folder);
    AdapterConfiguration adapter =
        AdapterConfiguration.of(rank, 2.0 * rank, new Targets.AllLinear());
    try (Weights weights = Weights.open(folder);
        Network network =
            Network.open(
                shape,
                weights,
                new Tuned.LowRank(adapter),
                NetworkOptions.of(Arithmetic.FLOAT32, 1, Integer.parseInt(arguments[5])));
        AdamW optimizer = new AdamW(network.parameters(), AdamW.Settings.of(0.01));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      List<Sequence> batch = batch(shape, count, length);
      long step = 0;
      while (lines.readLine() != null) {
        long[] times = new long[steps];
        double loss = 0;
        for (int i = 0; i < steps; i++) {
          long began = System.nanoTime();
          loss =
              network
                  .learn(
                      batch, 1.0 / (count * (length - 1.0)), new Dropout(dropout, 1, step++))
                  .mean();
          optimizer.step(1e-4, 1);
          times[i] = System.nanoTime() - began;
        }
        Arrays.sort(times);
        System.out.printf(
            "{\"tokens_per_second\":%.1f,\"peak_bytes\":%d,\"loss\":%.6f}%n",
            count * length * 1e9 / times[steps / 2], peak(), loss);
      }
    }
  }

  private static List<Sequence> batch(ModelShape shape, int count, int length) {
    SplittableRandom random = new SplittableRandom(1);
    List<Sequence> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean[] targets = new boolean[length];
      Arrays.fill(targets, 1, length, true);
      batch.add(new Sequence(random.ints(length, 0, shape.vocabulary()).toArray(), targets));
    }
    return batch;
  }

  /** What Linux counted as this process's most memory. */
  private static long peak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }
}
