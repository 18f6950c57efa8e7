package dev.treadle.measure.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Precision and recall on pairs whose true similarity is known. */
record Quality(double precision, double recall) {
  static Quality of(List<SyntheticCorpus.Pair> pairs, boolean verified) {
    NearDuplicates texts = new NearDuplicates();
    List<String> all = new ArrayList<>();
    for (SyntheticCorpus.Pair pair : pairs) {
      texts.add("%08d".formatted(all.size()), pair.one());
      all.add(pair.one());
      texts.add("%08d".formatted(all.size()), pair.other());
      all.add(pair.other());
    }
    List<Cluster> clusters =
        verified ? texts.clusters(key -> all.get(Integer.parseInt(key))) : texts.clusters();
    return of(pairs, clusters);
  }

  private static Quality of(List<SyntheticCorpus.Pair> pairs, List<Cluster> clusters) {
    Set<Integer> found = new HashSet<>();
    int strange = 0;
    for (Cluster cluster : clusters) {
      int survivor = Integer.parseInt(cluster.survivor());
      for (Cluster.Duplicate duplicate : cluster.duplicates()) {
        boolean twins = Integer.parseInt(duplicate.key()) / 2 == survivor / 2;
        strange += twins ? 0 : 1;
        found.add(survivor / 2);
      }
    }
    int right = 0;
    int wanted = 0;
    for (int i = 0; i < pairs.size(); i++) {
      SyntheticCorpus.Pair pair = pairs.get(i);
      boolean alike = Shingles.jaccard(Shingles.of(pair.one()), Shingles.of(pair.other())) >= 0.7;
      wanted += alike ? 1 : 0;
      right += alike && found.contains(i) ? 1 : 0;
    }
    return new Quality((double) right / (found.size() + strange), (double) right / wanted);
  }
}
