package dev.treadle.curation;

import dev.treadle.measure.text.MinHash;
import dev.treadle.measure.text.NearDuplicateIndex;
import dev.treadle.measure.text.NearDuplicates;
import dev.treadle.transcript.Example;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What validation and test hold, to tell which of the other examples are too near to it. */
final class HeldOut {
  private final NearDuplicates val = collection();
  private final NearDuplicates test = collection();
  private @Nullable NearDuplicateIndex valIndex;
  private @Nullable NearDuplicateIndex testIndex;

  private static NearDuplicates collection() {
    return new NearDuplicates(new MinHash(), NearDuplicates.DEFAULT_THRESHOLD);
  }

  /**
   * Takes note of an example of {@code part}, {@code val} or {@code test}; all of them before the
   * first verdict.
   */
  void add(String part, Example example) {
    (part.equals("val") ? val : test).add(Seniority.of(example).key(), SaidText.dialogue(example));
  }

  /** Test stays; validation must be far from test, and training from both. */
  Verdict verdict(String part, Example example) {
    if (part.equals("test")) {
      return Verdict.KEEP;
    }
    testIndex = testIndex == null ? test.index() : testIndex;
    Optional<Verdict> near = near(testIndex, "near_test", example);
    if (near.isEmpty() && part.equals("train")) {
      valIndex = valIndex == null ? val.index() : valIndex;
      near = near(valIndex, "near_val", example);
    }
    return near.orElse(Verdict.KEEP);
  }

  private static Optional<Verdict> near(NearDuplicateIndex index, String reason, Example example) {
    return index
        .match(SaidText.dialogue(example))
        .map(
            match ->
                Verdict.drop(
                    reason,
                    String.format(Locale.ROOT, "similarity %.2f", match.similarity()),
                    Seniority.idOf(match.key())));
  }
}
