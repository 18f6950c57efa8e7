package dev.treadle.training.tensor;

import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Sequence;
import dev.treadle.transcript.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Takes steps of LoRA whenever a line comes on standard input, and says how fast: our half of
 * bench/train-speed.sh. The other is python/peft_step.py, which also makes the model, the adapter
 * and the batches that both begin with.
 *
 * <p>Arguments: their folder, steps in a round, threads.
 */
public final class StepBench {
  private StepBench() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    long[] times = new long[Integer.parseInt(arguments[1])];
    int threads = Integer.parseInt(arguments[2]);
    Libtorch.load();
    List<List<Sequence>> batches = batches(folder.resolve("batches.json"));
    try (Weights weights = Weights.open(folder.resolve("base"));
        Adapter adapter = Adapter.open(folder.resolve("adapter"));
        Network network =
            Network.open(
                ModelShape.read(folder.resolve("base")),
                weights,
                new Tuned.LowRank(adapter.configuration()),
                NetworkOptions.of(Arithmetic.FLOAT32, 1, threads).withPrepacking(true));
        AdamW optimizer = new AdamW(network.parameters(), AdamW.Settings.of(0.01));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Adapters.load(adapter, network.parameters());
      long tokens = batches.getFirst().stream().mapToLong(it -> it.tokens().length).sum();
      int done = 0;
      while (lines.readLine() != null) {
        double loss = 0;
        for (int i = 0; i < times.length; i++) {
          long began = System.nanoTime();
          loss = step(network, optimizer, adapter.configuration(), batches, done++);
          times[i] = System.nanoTime() - began;
        }
        System.out.printf(
            Locale.ROOT,
            "{\"tokens_per_second\":%.1f,\"peak_bytes\":%d,\"loss\":%.6f}%n",
            tokens * 1e9 / median(times),
            peak(),
            loss);
      }
    }
  }

  private static double step(
      Network network,
      AdamW optimizer,
      AdapterConfiguration adapter,
      List<List<Sequence>> batches,
      int step) {
    List<Sequence> batch = batches.get(step % batches.size());
    long targets = batch.stream().mapToLong(Sequence::targetCount).sum();
    Network.Cost cost =
        network.learn(batch, 1.0 / targets, new Dropout(adapter.dropout(), 1, step));
    optimizer.step(1e-4, 1);
    return cost.mean();
  }

  private static double median(long[] times) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
  }

  /** All tokens but a sequence's first are targets. */
  private static List<List<Sequence>> batches(Path file) throws IOException {
    List<List<Sequence>> batches = new ArrayList<>();
    for (JsonNode batch : Json.read(Files.readAllBytes(file))) {
      List<Sequence> sequences = new ArrayList<>();
      for (JsonNode it : batch) {
        int[] tokens = new int[it.size()];
        Arrays.setAll(tokens, i -> it.get(i).intValue());
        boolean[] targets = new boolean[tokens.length];
        Arrays.fill(targets, 1, targets.length, true);
        sequences.add(new Sequence(tokens, targets));
      }
      batches.add(sequences);
    }
    return batches;
  }

  /** What Linux counted as this process's most memory. */
  private static long peak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("no VmHWM in /proc/self/status");
  }
}
