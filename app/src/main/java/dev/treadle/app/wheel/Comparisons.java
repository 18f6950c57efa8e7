package dev.treadle.app.wheel;

import dev.treadle.curation.Splits;
import dev.treadle.gateway.collect.DataPoint;
import dev.treadle.measure.text.TextKey;
import dev.treadle.routing.LearnedRouter;
import dev.treadle.routing.LearnedRouter.Observation;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The comparisons of a lake that a route can learn from, parted once and for all into those that
 * routers learn from and those that the gate judges by: told by the hash of the conversation.
 *
 * @param train in the order of time
 * @param heldOut in the order of time; nothing in {@code train} asks the same
 * @param leftOut how many were not used, by reason
 * @param sha256 of what was learned from, scores included
 */
public record Comparisons(
    List<Compared> train, List<Compared> heldOut, SortedMap<String, Long> leftOut, String sha256) {
  private static final int MOST_HELD_OUT = 20_000;
  private static final Splits NOTHING_HELD = new Splits(0, 0);

  public Comparisons {
    train = List.copyOf(train);
    heldOut = List.copyOf(heldOut);
    leftOut = Collections.unmodifiableSortedMap(new TreeMap<>(leftOut));
  }

  /**
   * Reads them.
   *
   * @param heldOut share of the conversations that nothing is learned from
   * @param until later comparisons are left for the next time
   */
  static Comparisons read(Lake lake, ModelNames names, double heldOut, Optional<Instant> until) {
    SortedMap<String, Long> leftOut = new TreeMap<>();
    List<Compared> all = new ArrayList<>();
    try (Lines lines = lake.latest(Stream.COMPARISONS)) {
      while (lines.hasNext()) {
        String reason = take(lines.next().json(), names, until, all);
        if (!reason.isEmpty()) {
          leftOut.merge(reason, 1L, Long::sum);
        }
      }
    }
    all.sort(Comparator.comparing(Compared::time).thenComparing(Compared::id));
    return parted(all, heldOut, leftOut);
  }

  /** The reason why it is not used; empty where it was added. */
  private static String take(
      byte[] json, ModelNames names, Optional<Instant> until, List<Compared> all) {
    Comparison comparison;
    try {
      if (!(ExampleCodec.decode(json) instanceof Comparison it)) {
        return "not_a_comparison";
      }
      comparison = it;
    } catch (TreadleException e) {
      return "not_readable";
    }
    Instant time = comparison.header().source().time().orElse(Instant.EPOCH);
    if (until.filter(time::isAfter).isPresent()) {
      return "too_late";
    }
    if (!DataPoint.isAnswered(comparison)) {
      return "pending";
    }
    RoutingRequest request =
        RoutingRequest.of(
            comparison.messages(),
            comparison.tools(),
            Optional.of(comparison.header().source().group()));
    if (request.text().isBlank()) {
      return "no_question";
    }
    Map<String, Double> scores = new LinkedHashMap<>();
    Map<String, Double> costs = new LinkedHashMap<>();
    for (Candidate candidate : comparison.candidates()) {
      names
          .target(candidate.model())
          .ifPresent(
              target -> {
                candidate
                    .score()
                    .filter(it -> it >= 0 && it <= 1)
                    .ifPresent(it -> scores.put(target.toString(), it));
                candidate
                    .cost()
                    .ifPresent(it -> costs.put(target.toString(), it.amount().doubleValue()));
              });
    }
    if (scores.size() < 2) {
      return "fewer_than_two_scores";
    }
    all.add(
        new Compared(
            comparison.header().id().value(),
            time,
            new Observation(request, scores, costs, comparison.header().source().group())));
    return "";
  }

  private static Comparisons parted(
      List<Compared> all, double share, SortedMap<String, Long> leftOut) {
    Splits splits = share > 0 ? new Splits(0, share) : NOTHING_HELD;
    List<Compared> heldOut = new ArrayList<>();
    List<Compared> rest = new ArrayList<>();
    Set<TextKey> held = new HashSet<>();
    for (Compared it : all) {
      if (splits.of(it.observation().group()).equals("test")) {
        heldOut.add(it);
        held.add(TextKey.of(it.observation().request().text()));
      } else {
        rest.add(it);
      }
    }
    List<Compared> train = new ArrayList<>();
    for (Compared it : rest) {
      // Not near-duplicates: the same template with other words is what a workload is made of.
      if (held.contains(TextKey.of(it.observation().request().text()))) {
        leftOut.merge("same_as_held_out", 1L, Long::sum);
      } else {
        train.add(it);
      }
    }
    List<Compared> latest = latest(train, LearnedRouter.MOST_OBSERVATIONS, "older", leftOut);
    List<Compared> judges = latest(heldOut, MOST_HELD_OUT, "older_held_out", leftOut);
    return new Comparisons(latest, judges, leftOut, sha256(latest));
  }

  /** The last ones in time: what a router learns from, and what it is judged by, has a limit. */
  private static List<Compared> latest(
      List<Compared> all, int most, String reason, SortedMap<String, Long> leftOut) {
    if (all.size() <= most) {
      return all;
    }
    leftOut.merge(reason, (long) all.size() - most, Long::sum);
    return all.subList(all.size() - most, all.size());
  }

  /** What was learned from, for a policy's document: a change of any score changes it. */
  private static String sha256(List<Compared> train) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Compared it : train) {
        String line =
            it.id()
                + it.observation().scores()
                + it.observation().costs()
                + it.observation().group();
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
      }
      return "sha256:" + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * What was learned of a target, over all kinds of requests.
   *
   * @param comparisons in which it was scored
   */
  public record Seen(String target, int comparisons, double quality, double costUsd) {}

  /** What the comparisons that are learned from say of each target, in the order of the names. */
  public List<Seen> seen() {
    SortedMap<String, double[]> sums = new TreeMap<>();
    for (Compared it : train) {
      Map<String, Double> costs = it.observation().costs();
      it.observation()
          .scores()
          .forEach(
              (target, score) -> {
                double[] sum = sums.computeIfAbsent(target, _ -> new double[3]);
                sum[0]++;
                sum[1] += score;
                sum[2] += costs.getOrDefault(target, 0.0);
              });
    }
    List<Seen> seen = new ArrayList<>();
    sums.forEach(
        (target, sum) ->
            seen.add(new Seen(target, (int) sum[0], sum[1] / sum[0], sum[2] / sum[0])));
    return seen;
  }

  List<Observation> observations() {
    return train.stream().map(Compared::observation).toList();
  }

  Optional<Instant> first() {
    return train.isEmpty() ? Optional.empty() : Optional.of(train.getFirst().time());
  }

  Optional<Instant> last() {
    return train.isEmpty() ? Optional.empty() : Optional.of(train.getLast().time());
  }
}
