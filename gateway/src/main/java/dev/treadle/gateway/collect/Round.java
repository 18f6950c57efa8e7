package dev.treadle.gateway.collect;

import dev.treadle.measure.score.Judgement;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts one question to all candidates at once and has each answer scored as soon as it is there.
 * Nothing that a candidate or the scorer does ends it: that answer's score is -1 then, and its
 * error says why.
 */
final class Round {
  private static final int MOST_FAILURES = 3;
  private static final int MOST_ERROR_CHARACTERS = 300;

  private final Models models;
  private final Scorer scorer;
  private final Duration timeout;
  private final Duration scoreTimeout;

  /** An answer with its score, and how it was scored. */
  private record Judged(Candidate candidate, Optional<String> method) {}

  Round(Models models, Scorer scorer, Duration timeout, Duration scoreTimeout) {
    this.models = models;
    this.scorer = scorer;
    this.timeout = timeout;
    this.scoreTimeout = scoreTimeout;
  }

  /**
   * Compares.
   *
   * @param failed is told why, where the comparison itself failed several times and was closed
   */
  Comparison run(Inquiry inquiry, Consumer<String> failed) throws InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        return once(inquiry);
      } catch (IllegalStateException e) {
        // A defect: to try for ever would not mend it.
        String why = String.valueOf(e.getMessage());
        if (failures == MOST_FAILURES) {
          failed.accept(why);
          return inquiry.closed("not asked: " + why);
        }
      }
    }
  }

  private Comparison once(Inquiry inquiry) throws InterruptedException {
    List<Future<Judged>> answers = new ArrayList<>();
    List<Candidate> candidates = new ArrayList<>();
    TreeSet<String> methods = new TreeSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String model : inquiry.candidates()) {
        answers.add(threads.submit(() -> judged(inquiry, model, threads)));
      }
      for (Future<Judged> answer : answers) {
        Judged judged = value(answer);
        candidates.add(judged.candidate());
        judged.method().ifPresent(methods::add);
      }
    }
    return inquiry.answered(candidates, methods.isEmpty() ? "none" : String.join("+", methods));
  }

  private static Judged value(Future<Judged> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a candidate could not be asked: " + e.getCause(), e);
    }
  }

  private Judged judged(Inquiry inquiry, String model, ExecutorService threads)
      throws InterruptedException {
    Optional<Candidate> own = inquiry.own().filter(it -> it.model().equals(model));
    Candidate answer = own.isPresent() ? own.get() : asked(inquiry, model);
    String text = answer.message().map(it -> it.content().plainText()).orElse("");
    if (answer.error().isPresent()) {
      return new Judged(scored(answer, Judgement.NONE, answer.error()), Optional.empty());
    }
    if (text.isBlank()) {
      return new Judged(
          scored(answer, Judgement.NONE, Optional.of("empty_answer")), Optional.empty());
    }
    Judgement it = judgement(inquiry.question(), text, threads);
    Optional<String> why =
        it.isScored() ? Optional.empty() : Optional.of("not scored: " + it.explanation());
    return new Judged(
        scored(answer, it.score(), why),
        it.isScored() ? Optional.of(it.method()) : Optional.empty());
  }

  private Candidate asked(Inquiry inquiry, String model) {
    ObjectNode chat = inquiry.chat().deepCopy();
    Models.Said said =
        models.ask(
            model,
            chat,
            timeout,
            inquiry.pending().header().source().subject(),
            inquiry.credentials());
    return new Candidate(
        model,
        said.error().isPresent() ? Optional.empty() : said.message(),
        Optional.empty(),
        Optional.of(said.latency()),
        said.cost(),
        said.error());
  }

  private Judgement judgement(String question, String answer, ExecutorService threads)
      throws InterruptedException {
    Future<Judgement> judged = threads.submit(() -> scorer.judge(question, answer));
    try {
      return judged.get(scoreTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      judged.cancel(true);
      return Judgement.none("none", "it took more than " + scoreTimeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      // The boundary to whoever scores: one that fails must not end the round.
      return Judgement.none("none", String.valueOf(e.getCause()));
    }
  }

  private static Candidate scored(Candidate it, double score, Optional<String> error) {
    return new Candidate(
        it.model(),
        it.message(),
        Optional.of(score),
        it.latency(),
        it.cost(),
        error.map(
            said ->
                said.length() > MOST_ERROR_CHARACTERS
                    ? said.substring(0, MOST_ERROR_CHARACTERS)
                    : said));
  }
}
