package dev.treadle.gateway.collect;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What training mode counts, since its process began. */
public final class Tally {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder compared = new LongAdder();
  private final LongAdder resumed = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final LongAdder unscored = new LongAdder();
  private final LongAdder uploaded = new LongAdder();
  private final LongAdder uploadsFailed = new LongAdder();
  private final LongAdder uploadsRefused = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final Map<Skip, LongAdder> skipped = new EnumMap<>(Skip.class);

  Tally() {
    for (Skip why : Skip.values()) {
      skipped.put(why, new LongAdder());
    }
  }

  void accepted() {
    accepted.increment();
  }

  void resumed() {
    resumed.increment();
  }

  void compared(Comparison comparison) {
    compared.increment();
    for (Candidate it : comparison.candidates()) {
      if (it.message().isEmpty()) {
        unanswered.increment();
      } else if (it.score().orElse(-1.0) < 0) {
        unscored.increment();
      }
    }
  }

  /** Tells how many were skipped for that reason before. */
  long skipped(Skip why) {
    LongAdder count = skipped.getOrDefault(why, lost);
    long before = count.sum();
    count.increment();
    return before;
  }

  /** Questions that are done with. */
  long handled() {
    return compared.sum() + skipped.values().stream().mapToLong(LongAdder::sum).sum();
  }

  void uploaded(int points) {
    uploaded.add(points);
  }

  void uploadFailed() {
    uploadsFailed.increment();
  }

  void uploadRefused() {
    uploadsRefused.increment();
  }

  void lost() {
    lost.increment();
  }

  /** Questions accepted. */
  public long acceptedCount() {
    return accepted.sum();
  }

  /** Questions that an earlier process left and that were taken up again. */
  public long resumedCount() {
    return resumed.sum();
  }

  /** Comparisons kept. */
  public long comparedCount() {
    return compared.sum();
  }

  /** Candidates that did not answer. */
  public long unansweredCount() {
    return unanswered.sum();
  }

  /** Answers that were not scored. */
  public long unscoredCount() {
    return unscored.sum();
  }

  /** Comparisons uploaded. */
  public long uploadedCount() {
    return uploaded.sum();
  }

  /** Uploads that will be tried again. */
  public long failedUploads() {
    return uploadsFailed.sum();
  }

  /** Comparisons that the collector did not want. */
  public long refusedUploads() {
    return uploadsRefused.sum();
  }

  /** Comparisons that the lake did not take; they are made again after a restart. */
  public long lostCount() {
    return lost.sum();
  }

  /** Questions skipped for that reason. */
  public long skippedCount(Skip why) {
    return skipped.getOrDefault(why, lost).sum();
  }
}
