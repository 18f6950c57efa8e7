package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import dev.treadle.training.settings.TooLong;
import dev.treadle.transcript.TreadleException;

/**
 * How many tokens a sequence may have, and how many all together.
 *
 * @param maxLength of one sequence
 * @param tooLong what happens to one that has more
 * @param maxTokens of a dataset: it is kept in memory, five bytes a token
 */
public record LengthLimit(int maxLength, TooLong tooLong, long maxTokens) {
  private static final int BYTES_OF_TOKEN = 5;

  public LengthLimit {
    if (maxLength < 2 || maxTokens < 1) {
      throw new IllegalArgumentException("no limit: " + maxLength + ", " + maxTokens);
    }
  }

  /** Limits of a dataset that has a third of Java's memory, which is {@code heapBytes}. */
  public static LengthLimit of(int maxLength, TooLong tooLong, long heapBytes) {
    return new LengthLimit(maxLength, tooLong, Math.max(1, heapBytes / 3 / BYTES_OF_TOKEN));
  }

  /** Takes a sequence into a dataset as the limit says. */
  void take(Sequence sequence, String where, DatasetDraft draft) {
    if (sequence.length() <= maxLength) {
      draft.add(sequence);
    } else {
      switch (tooLong) {
        case CUT -> cut(sequence, where, draft);
        case SKIP -> draft.skip(where, tooLong(sequence, ""));
        case FAIL -> throw refused(sequence, where);
      }
    }
    if (draft.tokens() > maxTokens) {
      throw TrainingError.DATASET_TOO_LARGE.because(
          "the dataset has over "
              + maxTokens
              + " tokens ("
              + where
              + "), which memory is not meant for: train on a part of it, or give Java more memory"
              + " (-Xmx)");
    }
  }

  private void cut(Sequence sequence, String where, DatasetDraft draft) {
    Sequence beginning = sequence.beginning(maxLength);
    if (beginning.targetCount() > 0) {
      draft.addCut(beginning);
    } else {
      draft.skip(where, tooLong(sequence, ", and no answer begins in them"));
    }
  }

  private Skipped tooLong(Sequence sequence, String more) {
    return new Skipped(Skip.TOO_LONG, sequence.length() + " tokens, " + maxLength + " fit" + more);
  }

  private TreadleException refused(Sequence sequence, String where) {
    return TrainingError.EXAMPLE_TOO_LONG.because(
        where
            + " has "
            + sequence.length()
            + " tokens, "
            + maxLength
            + " fit: raise training.max_length, or cut or skip such examples"
            + " (training.too_long)");
  }
}
