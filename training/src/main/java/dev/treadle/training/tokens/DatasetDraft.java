package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A dataset while its files are read. */
final class DatasetDraft {
  private static final int MOST_NOTES = 20;

  private final List<Sequence> sequences = new ArrayList<>();
  private final Map<Skip, Long> skipped = new EnumMap<>(Skip.class);
  private final List<String> notes = new ArrayList<>();
  private final Map<String, String> files = new TreeMap<>();
  private long examples;
  private long tokens;
  private long targets;
  private long cut;

  void add(Sequence sequence) {
    sequences.add(sequence);
    tokens += sequence.length();
    targets += sequence.targetCount();
  }

  void addCut(Sequence beginning) {
    add(beginning);
    cut++;
  }

  void skip(String where, Skipped it) {
    skipped.merge(it.reason(), 1L, Long::sum);
    if (notes.size() < MOST_NOTES) {
      notes.add(where + ": " + it.reason().code() + ", " + it.detail());
    }
  }

  void example() {
    examples++;
  }

  void file(String path, String sha256) {
    files.put(path, sha256);
  }

  List<Sequence> sequences() {
    return sequences;
  }

  long tokens() {
    return tokens;
  }

  long targets() {
    return targets;
  }

  /** As {@link #dataset()}, with something in it. */
  Dataset datasetOf(List<Path> from) {
    if (sequences.isEmpty()) {
      throw TrainingError.DATASET_EMPTY.because(
          "there is nothing to train on in "
              + String.join(", ", from.stream().limit(3).map(Path::toString).toList())
              + (from.size() > 3 ? " and " + (from.size() - 3) + " more files" : "")
              + (notes.isEmpty() ? "" : ": " + skippedInWords() + "; first " + notes.getFirst()));
    }
    return dataset();
  }

  private String skippedInWords() {
    List<String> words = new ArrayList<>();
    skipped.forEach((reason, count) -> words.add(count + " " + reason.code()));
    return String.join(", ", words);
  }

  Dataset dataset() {
    return new Dataset(
        sequences,
        examples,
        tokens,
        targets,
        cut,
        new TreeMap<>(skipped),
        notes,
        new TreeMap<>(files));
  }
}
