package dev.treadle.training.tensor;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Takes many steps with batches of ever other shapes, evaluates now and then, and says how much
 * memory the process has: for bench/train-memory.sh.
 *
 * <p>Arguments: model folder, steps, threads.
 */
final class MemoryBench {
  private MemoryBench() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int steps = Integer.parseInt(arguments[1]);
    Libtorch.load();
    ModelShape shape = ModelShape.read(folder);
    AdapterConfiguration adapter = AdapterConfiguration.of(4, 8, new Targets.AllLinear());
    SplittableRandom random = new SplittableRandom(1);
    try (Weights weights = Weights.open(folder);
        Network network =
            Network.open(
                shape,
                weights,
                new Tuned.LowRank(adapter),
                NetworkOptions.of(Arithmetic.FLOAT32, 1, Integer.parseInt(arguments[2]))
                    .withPrepacking(true));
        AdamW optimizer = new AdamW(network.parameters(), AdamW.Settings.of(0.01))) {
      for (int i = 1; i <= steps; i++) {
        // Some are longer than what dense attention takes.
        List<Sequence> batch = batch(shape, random, i % 50 == 0 ? 700 : 60);
        network.learn(batch, 0.01, new Dropout(0.1, 1, i));
        optimizer.step(1e-4, 1);
        if (i % 100 == 0) {
          network.cost(batch);
        }
        if (i % (steps / 10) == 0) {
          System.out.println(i + " " + resident());
        }
      }
    }
  }

  private static List<Sequence> batch(ModelShape shape, SplittableRandom random, int longest) {
    List<Sequence> batch = new ArrayList<>();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int[] tokens = random.ints(random.nextInt(2, longest), 0, shape.vocabulary()).toArray();
      boolean[] targets = new boolean[tokens.length];
      Arrays.fill(targets, 1, targets.length, true);
      batch.add(new Sequence(tokens, targets));
    }
    return batch;
  }

  /** What the process has in memory now, in kilobytes. */
  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
