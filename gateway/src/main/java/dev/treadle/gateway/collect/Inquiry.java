package dev.treadle.gateway.collect;

import dev.treadle.gateway.http.Headers;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.Tool;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.ModelRequest;
import dev.treadle.transcript.dialect.ModelResponse;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * A question that was accepted to be compared, and its record in the lake until it is: a comparison
 * with the label {@code state: pending} and without scores. Everything that asking it again after a
 * crash takes stands in that record.
 *
 * @param pending the record
 * @param chat the request in chat's form, without a model
 * @param accepted its place among all accepted questions: later ones have greater numbers
 * @param isResumed whether an earlier process accepted it
 */
record Inquiry(
    Comparison pending,
    ObjectNode chat,
    List<String> candidates,
    long accepted,
    Headers credentials,
    boolean isResumed) {
  static final String SYSTEM = "gateway";
  static final String KEY_END = "/compare";
  static final String STATE = "state";
  private static final String PENDING = "pending";

  /** The name in {@code extra} of what a comparison of this gateway says of its making. */
  private static final String MAKING = "compare";

  private static final String ACCEPTED = "accepted";

  /** Fields that every request has or that are set anew for each candidate. */
  private static final List<String> NO_PARAMETERS =
      List.of("model", "messages", "tools", "stream", "stream_options", "user", "n", "store");

  /**
   * A question as it came.
   *
   * @throws TreadleException where the request is none that can be read
   */
  static Inquiry of(Sample sample, List<String> candidates, long accepted) {
    ModelRequest request =
        Dialect.decodeRequest(sample.protocol(), (ObjectNode) Json.read(sample.request()));
    ObjectNode chat = Dialect.encodeRequest(Protocol.CHAT, request).body();
    ObjectNode parameters = chat.deepCopy();
    parameters.remove(NO_PARAMETERS);
    chat.remove(List.of("stream", "stream_options", "user", "n", "store"));
    Source source =
        new Source(
            SYSTEM,
            sample.exchange() + KEY_END,
            sample.conversation(),
            sample.subject(),
            Optional.of("mixed"),
            Optional.of(sample.time()));
    Map<String, JsonNode> labels = new LinkedHashMap<>(sample.labels());
    labels.put(STATE, StringNode.valueOf(PENDING));
    ObjectNode making = Json.object().put(ACCEPTED, accepted);
    making.set("parameters", parameters);
    ArrayNode asked = making.putArray("candidates");
    candidates.forEach(asked::add);
    Header header = Header.of(source).withLabels(labels).withExtra(Map.of(MAKING, making));
    List<Candidate> own = sample.own().flatMap(it -> own(it, sample.protocol())).stream().toList();
    return new Inquiry(
        new Comparison(header, request.messages(), request.tools(), own),
        chat,
        candidates,
        accepted,
        sample.credentials(),
        false);
  }

  private static Optional<Candidate> own(Sample.Own own, Protocol protocol) {
    try {
      ModelResponse response =
          Dialect.decodeResponse(protocol, (ObjectNode) Json.read(own.answer()));
      return response.choices().stream()
          .findFirst()
          .map(
              choice ->
                  new Candidate(
                      own.candidate(),
                      Optional.of(choice.message()),
                      Optional.empty(),
                      Optional.of(own.latency()),
                      own.cost(),
                      Optional.empty()));
    } catch (TreadleException | ClassCastException e) {
      return Optional.empty(); // Then that model is asked like the others.
    }
  }

  /**
   * A question that an earlier process accepted, from its record.
   *
   * @param whole puts long parts back that lie elsewhere
   */
  static Inquiry of(Comparison pending, UnaryOperator<Message> whole) {
    JsonNode making = making(pending);
    List<Message> messages = pending.messages().stream().map(whole).toList();
    ObjectNode chat = Dialect.encodeRequest(Protocol.CHAT, plain(messages, pending.tools())).body();
    making.path("parameters").forEachEntry((name, value) -> chat.set(name, value));
    List<String> candidates = new ArrayList<>();
    making.path("candidates").forEach(it -> candidates.add(it.asString("")));
    return new Inquiry(pending, chat, candidates, acceptedOf(pending), new Headers(), true);
  }

  private static ModelRequest plain(List<Message> messages, List<Tool> tools) {
    return new ModelRequest(
        Protocol.CHAT,
        "",
        messages,
        tools,
        Optional.empty(),
        Optional.empty(),
        new Sampling(Optional.empty(), Optional.empty(), Optional.empty(), List.of()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Map.of());
  }

  /** Whether a comparison of this gateway waits for its answers. */
  static boolean isPending(Comparison comparison) {
    return isOurs(comparison)
        && comparison
            .header()
            .labels()
            .getOrDefault(STATE, Json.object())
            .asString("")
            .equals(PENDING);
  }

  /** Whether this gateway, or another process on this lake, made the comparison. */
  static boolean isOurs(Comparison comparison) {
    return comparison.header().source().system().equals(SYSTEM) && acceptedOf(comparison) > 0;
  }

  /** The place of a comparison among all that were accepted; 0 where it has none. */
  static long acceptedOf(Comparison comparison) {
    return making(comparison).path(ACCEPTED).asLong(0);
  }

  private static JsonNode making(Comparison comparison) {
    return comparison.header().extra().getOrDefault(MAKING, Json.object());
  }

  /** The id of the record. */
  String id() {
    return pending.header().id().value();
  }

  /** The client's own answer, where a candidate gave it. */
  Optional<Candidate> own() {
    return pending.candidates().stream().findFirst();
  }

  /** Whether the last word is the user's: an answer to a tool's result is none to a question. */
  boolean isQuestion() {
    return !pending.messages().isEmpty()
        && pending.messages().getLast() instanceof Message.User
        && !question().isBlank();
  }

  /** What the last message of the user says. */
  String question() {
    return questionOf(pending.messages());
  }

  static String questionOf(List<Message> messages) {
    for (Message message : messages.reversed()) {
      if (message instanceof Message.User user) {
        return user.content().plainText();
      }
    }
    return "";
  }

  /** The comparison that it became. */
  Comparison answered(List<Candidate> answers, String scorer) {
    Map<String, JsonNode> labels = new LinkedHashMap<>(pending.header().labels());
    labels.remove(STATE);
    labels.put("scorer", StringNode.valueOf(scorer));
    ObjectNode making = (ObjectNode) making(pending).deepCopy();
    making.remove("candidates");
    making.set(ACCEPTED, LongNode.valueOf(accepted));
    Header header = pending.header().withLabels(labels).withExtra(Map.of(MAKING, making));
    return new Comparison(header, pending.messages(), pending.tools(), answers);
  }

  /** The comparison where nothing came of it: every candidate with that error. */
  Comparison closed(String error) {
    List<Candidate> answers = new ArrayList<>();
    for (String candidate : candidates) {
      answers.add(
          own()
              .filter(it -> it.model().equals(candidate))
              .map(
                  it ->
                      new Candidate(
                          candidate,
                          it.message(),
                          Optional.of(-1.0),
                          it.latency(),
                          it.cost(),
                          Optional.of(error)))
              .orElseGet(
                  () ->
                      new Candidate(
                          candidate,
                          Optional.empty(),
                          Optional.of(-1.0),
                          Optional.empty(),
                          Optional.empty(),
                          Optional.of(error))));
    }
    return answered(answers, "none");
  }
}
