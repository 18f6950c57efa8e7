package dev.treadle.curation;

import dev.treadle.measure.text.Cluster;
import dev.treadle.measure.text.MinHash;
import dev.treadle.measure.text.NearDuplicates;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/**
 * Keeps one of the examples whose dialogues are nearly the same, by MinHash; the first that was
 * said. Results of tools are not compared.
 *
 * @param threshold the Jaccard similarity of the shingles from which two are nearly the same
 */
record NearDuplicateStage(double threshold) implements Stage.OfGroup {
  static final String NAME = "near-duplicates";

  static NearDuplicateStage of(Parameters parameters) {
    double threshold = parameters.share("threshold", NearDuplicates.DEFAULT_THRESHOLD);
    if (threshold == 0) {
      throw Stages.invalid(
          "near-duplicates.threshold: expected more than 0, or everything is alike");
    }
    return new NearDuplicateStage(threshold);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public String key(Example example) {
    return ALL;
  }

  @Override
  public Map<ExampleId, Verdict> group(String key, Iterator<Example> members) {
    NearDuplicates texts = new NearDuplicates(new MinHash(), threshold);
    members.forEachRemaining(
        member -> texts.add(Seniority.of(member).key(), SaidText.dialogue(member)));
    Map<ExampleId, Verdict> verdicts = new HashMap<>();
    for (Cluster cluster : texts.clusters()) {
      ExampleId kept = Seniority.idOf(cluster.survivor());
      for (Cluster.Duplicate duplicate : cluster.duplicates()) {
        String detail = String.format(Locale.ROOT, "similarity %.2f", duplicate.similarity());
        verdicts.put(Seniority.idOf(duplicate.key()), Verdict.drop("near", detail, kept));
      }
    }
    return verdicts;
  }
}
