package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.SseParser;
import dev.treadle.transcript.dialect.StreamedAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The demo's clients: conversations through the gateway, by both protocols, streamed and not, some
 * of which ask for trouble. The upstreams' script ({@link #CONFIGURATION}) knows the words that
 * they ask with.
 */
final class DemoTraffic {
  /** Two scripted model APIs; the first fails when it is told to. */
  static final String CONFIGURATION =
      """

      # The gateway, over two model APIs that play a script. The first fails when it reads certain words.
      serve:
        listen: 127.0.0.1:0
      upstreams:
        flaky:
          kind: scripted
          script:
            rules:
              - {when: {contains: "(be overloaded)"}, fault: overloaded}
              - {when: {contains: "(hang up early)"}, fault: cut_before_first_token}
              - {when: {contains: "(hang up in the middle)"}, fault: cut_after_first_token}
              - {when: {contains: "(fail in the middle)"}, fault: error_after_first_token}
              - {when: {contains: "(answer with a page)"}, fault: wrong_content_type}
              - {when: {contains: "(be garbled)"}, fault: malformed_json}
        steady: {kind: scripted}
      %sroutes:
        default: {to: [flaky/small, steady/large]}
        careful: {to: steady/large, durability: before-answer}
      %s"""
          .formatted(DemoWheel.UPSTREAMS, DemoWheel.ROUTES);

  private static final List<String> TOPICS =
      List.of(
          "Why does my Java program wait for ever when two threads lock in another order?",
          "How do I undo the last commit without losing the changes?",
          "What is the difference between a process and a thread?",
          "How can I find which query makes the database slow?",
          "What does the keyword volatile promise? (hang up in the middle)",
          "How do I parse dates in several formats? (fail in the middle)",
          "Explain what an index in a database costs. (be overloaded)",
          "When should I use a hash map and when a tree? (hang up early)",
          "Why is my container killed although there is memory left? (answer with a page)",
          "How do I read a file of several gigabytes line by line? (be garbled)");

  private static final int TURNS = 3;

  private final URI gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private int calls;
  private int failedOver;
  private int conversations;
  private Optional<String> last = Optional.empty();

  /**
   * What the clients saw.
   *
   * @param failedOver answers that took more than one upstream
   * @param outcomes how calls ended, by a word
   */
  record Seen(int conversations, int calls, int failedOver, Map<String, Integer> outcomes) {}

  DemoTraffic(URI gateway) {
    this.gateway = gateway;
  }

  /** Holds every conversation once. */
  Seen run() {
    for (int i = 0; i < TOPICS.size(); i++) {
      converse(TOPICS.get(i), i % 2 == 0 ? Protocol.CHAT : Protocol.MESSAGES, i / 2 % 2 == 0);
    }
    last.ifPresent(this::praise);
    return new Seen(conversations, calls, failedOver, outcomes);
  }

  private void converse(String topic, Protocol protocol, boolean streams) {
    conversations++;
    ArrayNode messages = Json.array();
    messages.addObject().put("role", "user").put("content", topic);
    for (int turn = 0; turn < TURNS; turn++) {
      Optional<String> answer = ask(protocol, messages, streams);
      if (answer.isEmpty()) {
        return;
      }
      messages.addObject().put("role", "assistant").put("content", answer.get());
      messages
          .addObject()
          .put("role", "user")
          .put(
              "content",
              turn == 0 ? "And the most common mistake there?" : "Show me a short example.");
    }
  }

  /** One call; the answer's text, or nothing where it failed. */
  private Optional<String> ask(Protocol protocol, ArrayNode messages, boolean streams) {
    ObjectNode body = Json.object().put("model", "any").put("max_tokens", 200);
    body.set("messages", messages);
    body.put("stream", streams);
    HttpResponse<byte[]> response = post(protocol.path(), body);
    calls++;
    if (response.statusCode() != 200) {
      return failed("error_status_" + response.statusCode());
    }
    if (response.headers().firstValue("x-treadle-attempts").isPresent()) {
      failedOver++;
    }
    JsonNode answer = Json.object();
    if (streams) {
      StreamedAnswer stream = StreamedAnswer.of(protocol);
      byte[] bytes = response.body();
      new SseParser(1 << 20).feed(bytes, 0, bytes.length, stream::follow);
      if (stream.error().isPresent() || !stream.isEnded()) {
        return failed("error_in_stream");
      }
      answer = stream.body();
    } else {
      answer = Json.read(response.body());
    }
    last = response.headers().firstValue("x-treadle-exchange");
    outcomes.merge(streams ? "answered_streamed" : "answered_whole", 1, Integer::sum);
    String text = protocol == Protocol.CHAT ? "/choices/0/message/content" : "/content/0/text";
    return Optional.of(answer.at(text).asString(""));
  }

  private Optional<String> failed(String how) {
    outcomes.merge(how, 1, Integer::sum);
    return Optional.empty();
  }

  private void praise(String exchange) {
    HttpResponse<byte[]> response =
        post("/v1/feedback", Json.object().put("exchange", exchange).put("thumbs", "up"));
    outcomes.merge("feedback_kept", response.statusCode() == 200 ? 1 : 0, Integer::sum);
  }

  private HttpResponse<byte[]> post(String path, ObjectNode body) {
    try {
      return client.send(
          HttpRequest.newBuilder(gateway.resolve(path))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw AppError.NO_ANSWER.because("the gateway at " + gateway + " did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AppError.NO_ANSWER.because("the wait for the gateway was interrupted", e);
    }
  }

  static List<String> text(Seen seen) {
    List<String> lines = new ArrayList<>();
    lines.add(
        seen.calls()
            + " calls of "
            + seen.conversations()
            + " conversations, by both protocols, streamed and not");
    seen.outcomes()
        .forEach((how, count) -> lines.add("  %3d  %s".formatted(count, how.replace('_', ' '))));
    lines.add(
        "  of the answers, "
            + seen.failedOver()
            + " came from the second upstream after the first failed");
    return lines;
  }
}
