package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.RawJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** A log of exchanges and feedback that a test writes, and what is gathered from it. */
abstract class GatheredLog {
  static final Instant TIME = Instant.parse("2026-11-20T08:00:00Z");

  @TempDir Path folder;

  final List<byte[]> exchanges = new ArrayList<>();
  final List<byte[]> feedback = new ArrayList<>();
  final Map<String, byte[]> blobs = new HashMap<>();
  List<Funnel.Row> rows = List.of();

  List<Example> gather(String recipe) {
    List<Example> found = new ArrayList<>();
    try (Gathering gathering =
        new Gathering(
            Recipe.parse(Json.read(recipe)),
            exchanges.iterator(),
            feedback.iterator(),
            sha256 -> Optional.ofNullable(blobs.get(sha256)),
            folder.resolve("scratch"))) {
      gathering.forEachRemaining(found::add);
      rows = gathering.rows();
    }
    found.sort(Comparator.comparing(it -> it.header().source().key()));
    return found;
  }

  List<Example> gather() {
    return gather("[\"select\"]");
  }

  static List<String> keys(List<Example> examples) {
    return examples.stream().map(it -> it.header().source().key()).toList();
  }

  static String said(Example example) {
    StringBuilder said = new StringBuilder();
    for (Message message : example.messages()) {
      String mark =
          message instanceof Message.Assistant answer ? (answer.train() ? "A!" : "A") : "U";
      said.append(mark).append(':').append(message.content().plainText()).append(' ');
    }
    return said.toString().strip();
  }

  /** A turn of a conversation: what was said before, then question and answer. */
  final class Talk {
    final String conversation;
    final List<String> said = new ArrayList<>();
    Optional<String> parent = Optional.empty();
    String prefix = "start";
    String subject = "p_1";
    String model = "qwen3-14b";

    Talk(String conversation) {
      this.conversation = conversation;
    }

    Talk fork(String into) {
      Talk fork = new Talk(into);
      fork.said.addAll(said);
      fork.parent = parent;
      fork.prefix = prefix;
      return fork;
    }

    Exchange turn(String id, String question, String answer) {
      return turn(id, question, answer, Exchange.State.ANSWERED, Purpose.USER);
    }

    Exchange turn(
        String id, String question, String answer, Exchange.State state, Purpose purpose) {
      ArrayNode messages = Json.array();
      for (int i = 0; i < said.size(); i++) {
        messages
            .addObject()
            .put("role", i % 2 == 0 ? "user" : "assistant")
            .put("content", said.get(i));
      }
      messages.addObject().put("role", "user").put("content", question);
      said.add(question);
      said.add(answer);
      String through = Hashes.sha256(String.join("|", said).getBytes(StandardCharsets.UTF_8));
      Exchange it = exchange(id, state, purpose, messages, answer, Optional.of(through));
      exchanges.add(ExchangeCodec.encode(it));
      parent = Optional.of(it.id());
      prefix = through;
      return it;
    }

    private Exchange exchange(
        String id,
        Exchange.State state,
        Purpose purpose,
        ArrayNode messages,
        String answer,
        Optional<String> through) {
      ObjectNode request = Json.object().put("model", "support");
      request.set("messages", messages);
      ObjectNode body = Json.object().put("id", "c").put("object", "chat.completion");
      body.put("model", model);
      ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
      choice.putObject("message").put("role", "assistant").put("content", answer);
      choice.put("finish_reason", "stop");
      return new Exchange(
          "xc_" + id,
          TIME.plusSeconds(exchanges.size()),
          state,
          "chat",
          "/v1/chat/completions",
          purpose,
          Optional.of(subject),
          Optional.of(
              new Exchange.ConversationMark(
                  conversation, "prefix", 0, parent, Optional.of(prefix), through)),
          "support",
          Optional.of(RawJson.of(request)),
          Map.of(),
          Optional.empty(),
          List.of(
              new Exchange.Attempt(
                  "local",
                  model,
                  Duration.ZERO,
                  Duration.ofMillis(800),
                  Optional.of(200),
                  Optional.empty(),
                  Optional.empty())),
          Optional.of(new Exchange.Answer(200, false, 0, Optional.of(RawJson.of(body)), List.of())),
          Optional.of(new Exchange.TokenUsage(12, 0, 0, 7, 0)),
          Optional.empty(),
          new Exchange.Timings(Optional.empty(), Duration.ofMillis(813), Duration.ZERO),
          Optional.empty(),
          Map.of());
    }
  }

  void say(
      String id,
      Optional<String> exchange,
      Optional<String> conversation,
      Optional<Double> score,
      Optional<Boolean> thumb,
      Optional<String> correction) {
    feedback.add(
        FeedbackCodec.encode(
            new Feedback(
                "fb_" + id,
                TIME.plusSeconds(500),
                exchange,
                conversation,
                Optional.empty(),
                score,
                thumb,
                correction,
                Optional.empty(),
                Optional.of("c" + id),
                Map.of("topic", StringNode.valueOf("refund")))));
  }
}
