package dev.treadle.curation;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.ThinkingState;
import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import dev.treadle.transcript.dialect.Dialect;
import dev.treadle.transcript.dialect.ModelRequest;
import dev.treadle.transcript.dialect.ModelResponse;
import dev.treadle.transcript.dialect.Protocol;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * One exchange, read in full, and what becomes of it: the conversation that it ends, the comparison
 * of its answer with a better one, and a demonstration of the better one.
 */
final class GatheredTurn {
  static final String SYSTEM = "gateway";

  private static final int INLINE_CHARS = 16 << 10;
  private static final int INLINE_BYTES = 64 << 10;

  private final ConversationTree tree;
  private final ConversationTree.Turn turn;
  private final Exchange exchange;
  private final ModelRequest request;
  private final Message.Assistant answer;
  private final Optional<String> finishReason;
  private final Set<String> blobs;

  /**
   * @param blobs names of the texts that the lake keeps beside the line
   * @throws TreadleException where one of the bodies is not of its wire API
   */
  GatheredTurn(
      ConversationTree tree, ConversationTree.Turn turn, Exchange exchange, Set<String> blobs) {
    this.tree = tree;
    this.turn = turn;
    this.exchange = exchange;
    this.blobs = blobs;
    Protocol protocol = protocol(exchange.protocol()).orElseThrow();
    this.request = Dialect.decodeRequest(protocol, object(exchange.request().orElseThrow().tree()));
    JsonNode body = exchange.answer().flatMap(Exchange.Answer::body).orElseThrow().tree();
    ModelResponse.Choice choice = choice(protocol, body);
    this.answer = answered(choice.message(), exchange.time());
    this.finishReason = choice.finishReason();
  }

  static Optional<Protocol> protocol(String wire) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.wire().equals(wire)) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }

  private static ModelResponse.Choice choice(Protocol protocol, JsonNode body) {
    ModelResponse response = Dialect.decodeResponse(protocol, object(body));
    if (response.choices().isEmpty()) {
      throw new TreadleException(TranscriptError.NOT_AN_ANSWER, "the answer has no choices");
    }
    ModelResponse.Choice first = response.choices().getFirst();
    Message.Assistant said = first.message();
    return said.model().isPresent() || response.model().isEmpty()
        ? first
        : new ModelResponse.Choice(
            new Message.Assistant(
                Optional.of(response.model()),
                said.reasoning(),
                said.content(),
                said.toolCalls(),
                said.train(),
                said.time(),
                said.extra()),
            first.finishReason(),
            first.extra());
  }

  private static ObjectNode object(JsonNode body) {
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw new TreadleException(TranscriptError.NOT_A_REQUEST, "a body is not a JSON object");
  }

  private static Message.Assistant answered(Message.Assistant said, Instant time) {
    return new Message.Assistant(
        said.model(),
        said.reasoning(),
        said.content(),
        said.toolCalls(),
        true,
        Optional.of(time),
        said.extra());
  }

  /** The conversation that this turn ends: what was answered in it are targets. */
  Example conversation() {
    List<Message> messages = new ArrayList<>(SeenAnswers.in(request.messages(), seen()));
    messages.add(target(turn, answer));
    List<ConversationTree.Turn> own = turn.own();
    String key = tree.name() + (turn.branch.isEmpty() ? "" : "/" + turn.branch);
    List<Feedback> said = new ArrayList<>(tree.ofWhole());
    own.forEach(it -> said.addAll(tree.of(it)));
    Header header = header(key, own.getFirst().time).withThinking(thinking(messages));
    return new Conversation(Opinions.with(header, said), shortened(messages), request.tools());
  }

  /** The answers of the turns before; one that cannot be read is left to be context. */
  private List<Message.Assistant> seen() {
    List<Message.Assistant> seen = new ArrayList<>();
    for (ConversationTree.Turn before : turn.path()) {
      Optional<Protocol> protocol = protocol(before.protocol);
      if (before != turn && protocol.isPresent() && before.answer.isPresent()) {
        try {
          Message.Assistant said = choice(protocol.get(), before.answer.get().tree()).message();
          seen.add(target(before, answered(said, before.time)));
        } catch (TreadleException e) {
          // It stays as the client brought it: context.
        }
      }
    }
    return seen;
  }

  /** What somebody gave a better answer for is not to be learned. */
  private Message.Assistant target(ConversationTree.Turn it, Message.Assistant said) {
    return said.withTrain(tree.correction(it).isEmpty());
  }

  /** What somebody's better answer makes of this turn. */
  List<Example> better() {
    Optional<Feedback> feedback = tree.correction(turn);
    List<Example> examples = new ArrayList<>();
    feedback.flatMap(Feedback::correction).ifPresent(text -> examples.add(comparison(text)));
    feedback
        .flatMap(Feedback::demonstration)
        .ifPresent(messages -> examples.add(demonstration(messages)));
    return examples;
  }

  private Example comparison(String better) {
    Candidate rejected =
        new Candidate(
            answer.model().orElse(model()),
            Optional.of(answer),
            Optional.of(0.0),
            Optional.of(exchange.timings().total()),
            exchange.cost(),
            Optional.empty());
    Candidate chosen =
        new Candidate(
            "correction",
            Optional.of(Message.Assistant.of(better)),
            Optional.of(1.0),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    List<Message> prompt = SeenAnswers.in(request.messages(), List.of());
    Header header = signal(header(turn.id + "/correction", turn.time), "user_correction");
    return new Comparison(header, shortened(prompt), request.tools(), List.of(rejected, chosen));
  }

  private Example demonstration(List<Message> messages) {
    List<Message> shown = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      boolean isLast = i == messages.size() - 1;
      shown.add(
          messages.get(i) instanceof Message.Assistant said
              ? said.withTrain(isLast)
              : messages.get(i));
    }
    Header header = signal(header(turn.id + "/demonstration", turn.time), "demonstration");
    return new Conversation(header, shown, request.tools());
  }

  private static Header signal(Header header, String signal) {
    Map<String, JsonNode> labels = new LinkedHashMap<>(header.labels());
    labels.put("signal", StringNode.valueOf(signal));
    return header.withLabels(labels);
  }

  private Header header(String key, Instant time) {
    Optional<String> terms =
        AnswerTerms.joined(turn.path().stream().flatMap(it -> it.terms.stream()));
    Source source =
        new Source(SYSTEM, key, tree.name(), exchange.subject(), terms, Optional.of(time));
    Map<String, JsonNode> labels = new LinkedHashMap<>();
    labels.put("route", StringNode.valueOf(exchange.route()));
    labels.put("purpose", StringNode.valueOf(exchange.purpose().wire()));
    labels.put("model", StringNode.valueOf(model()));
    return Header.of(source).withLabels(labels).withExtra(extra());
  }

  private String model() {
    return Answerer.of(exchange).map(Answerer::model).or(answer::model).orElse(request.model());
  }

  private Map<String, JsonNode> extra() {
    ObjectNode extra = Json.object();
    ArrayNode exchanges = extra.putArray("exchanges");
    turn.path().forEach(it -> exchanges.add(it.id));
    exchange
        .usage()
        .ifPresent(
            usage ->
                extra
                    .putObject("usage")
                    .put("prompt_tokens", usage.input())
                    .put("completion_tokens", usage.output()));
    finishReason.ifPresent(reason -> extra.put("finish_reason", reason));
    exchange
        .timings()
        .firstContent()
        .ifPresent(time -> extra.put("time_to_first_token_ms", time.toMillis()));
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    extra.forEachEntry(fields::put);
    return fields;
  }

  private static ThinkingState thinking(List<Message> messages) {
    boolean all = true;
    for (Message message : messages) {
      if (message instanceof Message.Assistant said && said.train()) {
        all &= said.reasoning().filter(text -> !text.isBlank()).isPresent();
      }
    }
    return all ? ThinkingState.FULL : ThinkingState.ABSENT;
  }

  /** A text that the lake keeps beside the line stays there. */
  private List<Message> shortened(List<Message> messages) {
    if (blobs.isEmpty()) {
      return messages;
    }
    List<Message> all = new ArrayList<>(messages.size());
    for (Message message : messages) {
      all.add(
          switch (message) {
            case Message.SystemPrompt it ->
                new Message.SystemPrompt(shortened(it.content()), it.time(), it.extra());
            case Message.User it ->
                new Message.User(shortened(it.content()), it.time(), it.extra());
            case Message.Assistant it ->
                new Message.Assistant(
                    it.model(),
                    it.reasoning(),
                    shortened(it.content()),
                    it.toolCalls(),
                    it.train(),
                    it.time(),
                    it.extra());
            case Message.ToolResult it ->
                new Message.ToolResult(
                    it.toolCallId(), shortened(it.content()), it.isError(), it.time(), it.extra());
          });
    }
    return all;
  }

  private Content shortened(Content content) {
    return switch (content) {
      case Content.Text it -> {
        Part part = shortened(it.text());
        yield part instanceof Part.Blob ? new Content.Parts(List.of(part)) : it;
      }
      case Content.Parts it ->
          new Content.Parts(
              it.parts().stream()
                  .map(part -> part instanceof Part.Text(String text) ? shortened(text) : part)
                  .toList());
    };
  }

  private Part shortened(String text) {
    if (text.length() > INLINE_CHARS) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      String name = bytes.length > INLINE_BYTES ? Hashes.sha256(bytes) : "";
      if (blobs.contains(name)) {
        return new Part.Blob(name, bytes.length, Part.Blob.TEXT);
      }
    }
    return new Part.Text(text);
  }
}
