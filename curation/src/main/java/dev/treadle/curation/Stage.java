package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import java.util.Iterator;
import java.util.Map;

/**
 * One step of a recipe. It is a pure function, of each example or of each group of examples, so
 * that the same recipe runs on one machine and on a cluster, and gives the same result in whatever
 * order the examples come.
 */
public sealed interface Stage {
  /** Its name in a recipe, in the funnel and in an example's lineage. */
  String name();

  /** Rises when the stage begins to decide otherwise. */
  int version();

  /** A stage that looks at one example. */
  non-sealed interface OfEach extends Stage {
    Verdict map(Example example);
  }

  /** A stage that says what comes in: the run's source asks it, no example goes through it. */
  non-sealed interface OfSource extends Stage {}

  /** A stage that looks at the examples of one key together. */
  non-sealed interface OfGroup extends Stage {
    /** The key of everything: one group, which is streamed and may be larger than memory. */
    String ALL = "";

    /** What brings examples together. */
    String key(Example example);

    /** The verdicts by id; an example without one is kept. */
    Map<ExampleId, Verdict> group(String key, Iterator<Example> members);
  }
}
