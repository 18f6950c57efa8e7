package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Keeps one of the examples that say the same, word for word; the first that was said. */
record ExactDuplicates() implements Stage.OfGroup {
  static final String NAME = "exact-duplicates";

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
    return Hashes.sha256(SaidText.whole(example).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Map<ExampleId, Verdict> group(String key, Iterator<Example> members) {
    TreeMap<Seniority, Boolean> seniority = new TreeMap<>();
    members.forEachRemaining(member -> seniority.put(Seniority.of(member), true));
    ExampleId kept = seniority.firstKey().id();
    Map<ExampleId, Verdict> verdicts = new HashMap<>();
    for (Seniority member : seniority.tailMap(seniority.firstKey(), false).keySet()) {
      verdicts.put(member.id(), Verdict.drop("same_text", "equal texts", kept));
    }
    return verdicts;
  }
}
