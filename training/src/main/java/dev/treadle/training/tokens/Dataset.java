package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sequences of a dataset, and what became of the rest.
 *
 * @param sequences in the order of the files
 * @param examples how many lines or documents they were made of
 * @param tokens in all of them
 * @param targets tokens that count in the loss
 * @param cut sequences of which only the beginning fits
 * @param skipped how many are left out, by reason
 * @param notes the first of those that are left out, one line each with file and line
 * @param files the SHA-256 of each file that was read, by its path
 */
public record Dataset(
    List<Sequence> sequences,
    long examples,
    long tokens,
    long targets,
    long cut,
    SortedMap<Skip, Long> skipped,
    List<String> notes,
    SortedMap<String, String> files) {
  public Dataset {
    sequences = List.copyOf(sequences);
    skipped = new TreeMap<>(skipped);
    notes = List.copyOf(notes);
    files = new TreeMap<>(files);
  }

  /** The first {@code count} sequences. */
  public Dataset first(int count) {
    DatasetDraft draft = new DatasetDraft();
    sequences.subList(0, Math.min(count, sequences.size())).forEach(draft::add);
    return new Dataset(
        draft.sequences(), examples, draft.tokens(), draft.targets(), cut, skipped, notes, files);
  }

  /** How many are left out. */
  public long skippedCount() {
    return skipped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The tokens of the longest sequence. */
  public int longest() {
    return sequences.stream().mapToInt(Sequence::length).max().orElse(0);
  }

  /**
   * Refuses sequences that a model cannot take.
   *
   * @param positions the most tokens that it has positions for
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#EXAMPLE_TOO_LONG}
   */
  public void requireWithin(long positions) {
    if (longest() > positions) {
      throw TrainingError.EXAMPLE_TOO_LONG.because(
          "an example has "
              + longest()
              + " tokens, and the model has positions for "
              + positions
              + ": lower max_length");
    }
  }
}
