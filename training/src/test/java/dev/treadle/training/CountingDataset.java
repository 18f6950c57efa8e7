package dev.treadle.training;

import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Short sequences that a tiny model can learn: each token is the one before it and three more. */
public final class CountingDataset {
  private CountingDataset() {}

  public static Dataset of(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Sequence> sequences = new ArrayList<>();
    long tokens = 0;
    long targets = 0;
    for (int i = 0; i < count; i++) {
      int[] ids = new int[random.nextInt(4, 20)];
      ids[0] = random.nextInt(60);
      for (int j = 1; j < ids.length; j++) {
        ids[j] = (ids[j - 1] + 3) % 60;
      }
      boolean[] marks = new boolean[ids.length];
      Arrays.fill(marks, 2, marks.length, true);
      sequences.add(new Sequence(ids, marks));
      tokens += ids.length;
      targets += ids.length - 2L;
    }
    return new Dataset(
        sequences,
        count,
        tokens,
        targets,
        0,
        new TreeMap<>(),
        List.of(),
        new TreeMap<>(Map.of("made", "of seed " + seed)));
  }
}
