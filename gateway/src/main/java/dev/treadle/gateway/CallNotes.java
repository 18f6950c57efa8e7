package dev.treadle.gateway;

import dev.treadle.gateway.cache.CachedAnswer;
import dev.treadle.gateway.http.Headers;
import dev.treadle.routing.Decision;
import dev.treadle.routing.Target;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.RawJson;
import dev.treadle.transcript.Usd;
import dev.treadle.transcript.dialect.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** What is written down of one call while it goes on, until it becomes an {@link Exchange}. */
final class CallNotes {
  final String id;
  final Instant time;
  final Api api;

  /** The span that says all this to a collector, where calls are told to one. */
  @Nullable CallSpan span;

  /** What the client was told in the place of an answer. */
  @Nullable Failure told;

  private final LongSupplier nanos;
  private final long started;
  private final List<Exchange.Attempt> attempts = new ArrayList<>(2);
  private Map<String, String> headers = Map.of();
  private Purpose purpose = Purpose.USER;
  private Optional<String> subject = Optional.empty();
  private String route = "";
  private byte[] request = new byte[0];
  private Headers credentials = new Headers();
  private Optional<Exchange.ConversationMark> conversation = Optional.empty();
  private Optional<String> conversationHint = Optional.empty();
  private boolean hintIsHeader;
  private @Nullable Decision decision;
  private double random;
  private Optional<Target> answeredBy = Optional.empty();
  private String policy = "";
  private Exchange.State state = Exchange.State.FAILED;
  private Optional<Exchange.Answer> answer = Optional.empty();
  private Optional<Usage> usage = Optional.empty();
  private Optional<Usd> cost = Optional.empty();
  private Optional<String> abortReason = Optional.empty();
  private long firstContent;
  private long ended;
  private long upstreamNanos;
  private @Nullable CachedAnswer cached;

  CallNotes(String id, Instant time, Api api, LongSupplier nanos) {
    this.id = id;
    this.time = time;
    this.api = api;
    this.nanos = nanos;
    this.started = nanos.getAsLong();
  }

  void received(byte[] body, Map<String, String> kept, Purpose why, Optional<String> who) {
    request = KeptBody.ofRequest(body);
    headers = kept;
    purpose = why;
    subject = who;
  }

  /** The client's own name for the conversation. */
  void conversation(Optional<String> hint, boolean isHeader) {
    conversationHint = hint;
    hintIsHeader = isHeader;
  }

  /** The client's header fields, for calls that are made for its sake; not in the record. */
  void credentials(Headers theirs) {
    credentials = theirs;
  }

  Headers credentials() {
    return credentials;
  }

  /** Where it stands in its conversation, as far as that was looked at. */
  Optional<Exchange.ConversationMark> conversation() {
    return conversation;
  }

  Optional<Decision> decision() {
    return Optional.ofNullable(decision);
  }

  Optional<Exchange.Attempt> lastAttempt() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
  }

  void routed(RouteSettings to, Decision chosen, double number) {
    random = number;
    route = to.name();
    policy = to.policy().name();
    decision = chosen;
  }

  /** Nobody decides and nobody is asked: it was answered before. */
  void answeredFrom(RouteSettings to, CachedAnswer found) {
    route = to.name();
    cached = found;
    answeredBy = Optional.of(found.target());
    used(found.usage(), Optional.of(new Usd(BigDecimal.ZERO)));
    contentSent();
    answered(Exchange.State.ANSWERED, found.answer(), Optional.empty());
  }

  /** Whether the answer is from the cache. */
  boolean isCached() {
    return cached != null;
  }

  /** The target that answered, as its route names it. */
  Optional<Target> answeredBy() {
    return answeredBy;
  }

  long now() {
    return nanos.getAsLong();
  }

  /** One attempt is over; with the failure if it was one. */
  void attempted(
      Target target,
      String model,
      long since,
      Optional<Integer> status,
      @Nullable Failure failure) {
    long end = nanos.getAsLong();
    upstreamNanos += end - since;
    answeredBy = failure == null ? Optional.of(target) : Optional.empty();
    attempts.add(
        new Exchange.Attempt(
            target.upstream(),
            model,
            Duration.ofNanos(since - started),
            Duration.ofNanos(end - since),
            status,
            Optional.ofNullable(failure).map(Failure::word),
            Optional.ofNullable(failure).map(it -> it.error().message())));
  }

  /** The attempt that answers goes on while its stream is passed on. */
  void streamed(long since, @Nullable String trouble) {
    long end = nanos.getAsLong();
    upstreamNanos += end - since;
    if (!attempts.isEmpty()) {
      Exchange.Attempt last = attempts.removeLast();
      attempts.add(
          new Exchange.Attempt(
              last.upstream(),
              last.model(),
              last.start(),
              last.length().plusNanos(end - since),
              last.status(),
              trouble == null ? last.error() : Optional.of(trouble),
              last.message()));
    }
  }

  void contentSent() {
    firstContent = nanos.getAsLong();
  }

  void used(Optional<Usage> counts, Optional<Usd> price) {
    usage = counts;
    cost = price;
  }

  void answered(Exchange.State how, Exchange.Answer what, Optional<String> why) {
    state = how;
    answer = Optional.of(what);
    abortReason = why;
    ended = nanos.getAsLong();
  }

  void ended(Exchange.State how, Optional<String> why) {
    state = how;
    abortReason = why;
    ended = nanos.getAsLong();
  }

  /** The pseudonym of whoever calls; nothing where that is not known. */
  String subject() {
    return subject.orElse("");
  }

  Exchange.State state() {
    return state;
  }

  String route() {
    return route;
  }

  List<Exchange.Attempt> madeAttempts() {
    return attempts;
  }

  int attempts() {
    return attempts.size();
  }

  Optional<Usage> usage() {
    return usage;
  }

  Optional<Usd> cost() {
    return cost;
  }

  Optional<String> abortReason() {
    return abortReason;
  }

  Purpose purpose() {
    return purpose;
  }

  byte[] request() {
    return request;
  }

  Optional<Exchange.Answer> answer() {
    return answer;
  }

  Optional<String> conversationHint() {
    return conversationHint;
  }

  boolean hintIsHeader() {
    return hintIsHeader;
  }

  /** How long the whole took, in nanoseconds. */
  long total() {
    return (ended == 0 ? nanos.getAsLong() : ended) - started;
  }

  Optional<Duration> firstContent() {
    return firstContent == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(firstContent - started));
  }

  /** How long the gateway itself took. */
  Duration added() {
    return Duration.ofNanos(Math.max(0, total() - upstreamNanos));
  }

  /** The upstream that it went to in the end. */
  Optional<String> upstream() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast().upstream());
  }

  /** Where it went in the end. */
  Optional<String> target() {
    return attempts.isEmpty()
        ? Optional.empty()
        : Optional.of(attempts.getLast().upstream() + "/" + attempts.getLast().model());
  }

  /** What it leaves behind for the next turn of its conversation. */
  Conversations.Answered leaves() {
    // Whether the target still has a prompt in its cache that it was not sent now, nobody knows.
    long tokens = isCached() ? 0 : usage.map(it -> it.inputTokens() + it.outputTokens()).orElse(0L);
    return new Conversations.Answered(answeredBy, tokens, time);
  }

  /** The record of a request whose answer is still to come. */
  Exchange open() {
    return exchange(Exchange.State.OPEN, Optional.empty(), Optional.empty());
  }

  /** The whole record. */
  Exchange exchange(Optional<Exchange.ConversationMark> place) {
    conversation = place;
    return exchange(state, answer, place);
  }

  private Exchange exchange(
      Exchange.State how,
      Optional<Exchange.Answer> what,
      Optional<Exchange.ConversationMark> place) {
    return new Exchange(
        id,
        time,
        how,
        api.wire(),
        api.path(),
        purpose,
        subject,
        place,
        route,
        request.length == 0 ? Optional.empty() : Optional.of(RawJson.trusted(request)),
        headers,
        Optional.ofNullable(decision).map(this::mark),
        attempts,
        what,
        usage.map(CallNotes::counts),
        cost,
        new Exchange.Timings(firstContent(), Duration.ofNanos(total()), added()),
        abortReason,
        extra());
  }

  private Map<String, JsonNode> extra() {
    return cached == null
        ? Map.of()
        : Map.of(
            "cached", StringNode.valueOf(cached.exchange()),
            "cached_from", StringNode.valueOf(cached.target().upstream() + "/" + cached.model()));
  }

  private Exchange.DecisionMark mark(Decision chosen) {
    List<Target> compared = chosen.candidates();
    List<String> candidates = new ArrayList<>(compared.size());
    for (Target candidate : compared) {
      candidates.add(candidate.toString());
    }
    return new Exchange.DecisionMark(
        policy,
        chosen.chain().getFirst().toString(),
        chosen.propensity(),
        candidates,
        chosen.reason(),
        Optional.of(chosen.source().wire()),
        chosen.category(),
        chosen.confidence().isPresent()
            ? Optional.of(chosen.confidence().getAsDouble())
            : Optional.empty(),
        chosen.arm().map(Decision.Arm::wire),
        Optional.of(random));
  }

  private static Exchange.TokenUsage counts(Usage it) {
    return new Exchange.TokenUsage(
        it.inputTokens(),
        it.cachedInputTokens(),
        it.cacheWriteTokens(),
        it.outputTokens(),
        it.reasoningTokens());
  }
}
