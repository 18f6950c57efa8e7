package dev.treadle.gateway;

import dev.treadle.gateway.collect.CollectSettings;
import dev.treadle.gateway.collect.ComparisonStore;
import dev.treadle.gateway.collect.HttpScorer;
import dev.treadle.gateway.collect.Models;
import dev.treadle.gateway.collect.Sample;
import dev.treadle.gateway.collect.Scorer;
import dev.treadle.gateway.collect.Skip;
import dev.treadle.gateway.collect.Tally;
import dev.treadle.gateway.collect.TrainingMode;
import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.gateway.evaluate.Task;
import dev.treadle.gateway.http.Headers;
import dev.treadle.measure.score.Judgement;
import dev.treadle.routing.Decision;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.Usd;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * What joins calls with training mode: it hands over what was answered, puts questions to models,
 * and counts.
 */
final class Comparing implements AutoCloseable {
  private final ComparisonStore store;
  private final Supplier<Core> core;
  private final Supplier<Routes> routes;
  private final TrainingMode mode;

  Comparing(
      ComparisonStore store,
      Surroundings surroundings,
      Supplier<Core> core,
      Supplier<Routes> routes) {
    this.store = store;
    this.core = core;
    this.routes = routes;
    this.mode =
        new TrainingMode(
            store,
            new TrainingMode.Outside(
                surroundings.clock(),
                surroundings.nanos(),
                this::ask,
                this::scorer,
                () -> routes.get().settings().storageKey().map(Secret::value),
                (event, fields) -> surroundings.log().say(EventLog.Level.WARNING, event, fields)));
  }

  ComparisonStore store() {
    return store;
  }

  TrainingMode mode() {
    return mode;
  }

  /** The evaluator that is named; else the gateway scores by itself, by what it has for that. */
  private Scorer scorer(CollectSettings settings) {
    Duration limit = settings.training().evaluateTimeout();
    return settings
        .training()
        .evaluateEndpoint()
        .<Scorer>map(it -> new HttpScorer(it, limit))
        .orElse((question, answer) -> judged(question, answer, limit));
  }

  private Judgement judged(String question, String answer, Duration limit) {
    Routes now = routes.get();
    EvaluateSettings settings = now.settings().evaluate();
    return EvaluateDesk.evaluator(
            core.get(),
            now,
            settings.within(settings.swaps() ? limit.dividedBy(2) : limit),
            new Headers(),
            Optional.empty(),
            false)
        .evaluate(Task.of(question, answer));
  }

  /** Asks a candidate as a client would, but that another's answer does not count as its own. */
  private Models.Said ask(
      String model,
      ObjectNode chat,
      Duration timeout,
      Optional<String> subject,
      Headers credentials) {
    InternalCall.Answered answered =
        new InternalCall(core.get())
            .call(
                routes.get(),
                new InternalCall.Question(
                    model, chat, Purpose.SHADOW, timeout, credentials, subject, false));
    return new Models.Said(
        answered.message(), answered.latency(), answered.cost(), answered.error());
  }

  /** A call of the gateway's own is over. */
  void spent(Purpose purpose, Optional<Usd> cost) {
    if (purpose == Purpose.SHADOW || purpose == Purpose.JUDGE) {
      cost.ifPresent(mode::spent);
    }
  }

  /** Whether a call's credentials are worth remembering until it is over. */
  boolean isOn() {
    return mode.settings().isTraining();
  }

  /** A call is over, its client was answered, and its exchange is kept or about to be. */
  void answered(CallNotes notes) {
    Optional<Exchange.ConversationMark> conversation = notes.conversation();
    boolean isQuestion =
        notes.purpose() == Purpose.USER
            && notes.state() == Exchange.State.ANSWERED
            && notes.api != Api.EMBEDDINGS
            && conversation.isPresent()
            && !notes.isCached(); // It was compared, or not, when it was asked.
    if (!isQuestion || !mode.draws(notes.id)) {
      return;
    }
    mode.offer(
        new Sample(
            notes.id,
            notes.time,
            conversation.get().id(),
            Optional.of(notes.subject()).filter(it -> !it.isEmpty()),
            notes.api.protocol(),
            notes.request(),
            own(notes),
            labels(notes),
            notes.credentials()));
  }

  private Optional<Sample.Own> own(CallNotes notes) {
    Optional<byte[]> body = notes.answer().flatMap(Exchange.Answer::body).map(it -> it.bytes());
    Optional<Exchange.Attempt> last = notes.lastAttempt();
    if (body.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    String target = last.get().upstream() + "/" + last.get().model();
    return mode.settings().training().candidates().stream()
        .filter(it -> targetOf(it).filter(target::equals).isPresent())
        .findFirst()
        .map(it -> new Sample.Own(it, body.get(), last.get().length(), notes.cost()));
  }

  /** The one target, with its model, that a candidate is; nothing where it is several. */
  private Optional<String> targetOf(String candidate) {
    Routes now = routes.get();
    Optional<RouteSettings> named = now.named(candidate);
    Target written = Target.parse(candidate);
    boolean isTarget =
        written.model().isPresent() && now.backends().containsKey(written.upstream());
    if (named.isEmpty() && isTarget) {
      return Optional.of(candidate);
    }
    return named
        .or(() -> now.forModel(candidate))
        .map(RouteSettings::policy)
        .filter(Policy.Chain.class::isInstance)
        .map(it -> it.targets().getFirst())
        .map(it -> it.upstream() + "/" + it.model().orElse(candidate));
  }

  private static Map<String, JsonNode> labels(CallNotes notes) {
    Map<String, JsonNode> labels = new LinkedHashMap<>();
    labels.put("route", StringNode.valueOf(notes.route()));
    notes
        .decision()
        .ifPresent(
            it -> {
              it.category().ifPresent(name -> labels.put("category", StringNode.valueOf(name)));
              it.confidence().ifPresent(sure -> labels.put("confidence", DoubleNode.valueOf(sure)));
              if (it.source() != Decision.Source.ROUTE) {
                labels.put("source", StringNode.valueOf(it.source().wire()));
              }
            });
    return labels;
  }

  /** What training mode counts, for who looks at the metrics. */
  void gauges(GatewayMetrics metrics) {
    Tally tally = mode.tally();
    metrics.gauge("treadle.compare.accepted", "Questions accepted", tally::acceptedCount);
    metrics.gauge("treadle.compare.resumed", "Questions taken up again", tally::resumedCount);
    metrics.gauge("treadle.compare.compared", "Comparisons kept", tally::comparedCount);
    metrics.gauge("treadle.compare.open", "Questions that wait or are compared", mode::open);
    metrics.gauge(
        "treadle.compare.unanswered", "Candidates without an answer", tally::unansweredCount);
    metrics.gauge("treadle.compare.unscored", "Answers without a score", tally::unscoredCount);
    metrics.gauge("treadle.compare.lost", "Comparisons that were not kept", tally::lostCount);
    metrics.gauge("treadle.compare.cost.usd", "Spent on comparing today", mode::costUsd);
    metrics.gauge("treadle.upload.points", "Comparisons uploaded", tally::uploadedCount);
    metrics.gauge("treadle.upload.failed", "Uploads to be tried again", tally::failedUploads);
    metrics.gauge("treadle.upload.refused", "Comparisons refused", tally::refusedUploads);
    for (Skip why : Skip.values()) {
      metrics.gauge(
          "treadle.compare.skipped",
          "Questions not compared",
          "why",
          why.wire(),
          () -> tally.skippedCount(why));
    }
  }

  @Override
  public void close() {
    mode.close();
  }
}
