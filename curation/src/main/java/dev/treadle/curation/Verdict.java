package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import java.util.Optional;

/** What a stage makes of an example. */
public sealed interface Verdict {
  /** It stays as it is. */
  record Keep() implements Verdict {}

  /** It stays in another form, under the same id. */
  record Change(Example example) implements Verdict {}

  /**
   * It is left out.
   *
   * @param reason a stable code, counted in the funnel
   * @param detail the figures behind it, for the trace
   * @param kept the example that stays in its place, if there is one
   */
  record Drop(String reason, String detail, Optional<ExampleId> kept) implements Verdict {}

  Verdict KEEP = new Keep();

  /** Left out for a reason that lies in the example alone. */
  static Verdict drop(String reason, String detail) {
    return new Drop(reason, detail, Optional.empty());
  }

  /** Left out in favour of {@code kept}. */
  static Verdict drop(String reason, String detail, ExampleId kept) {
    return new Drop(reason, detail, Optional.of(kept));
  }
}
