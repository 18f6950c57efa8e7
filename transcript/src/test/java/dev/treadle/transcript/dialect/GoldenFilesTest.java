package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compares what the code makes of hand-written wire traffic with golden files beside it. {@code
 * NAME.PROTOCOL.json} or {@code .sse} is input, {@code NAME.PROTOCOL.to-OTHER.…} and {@code
 * .folded.json} are made from it; {@code -Dtreadle.bless=true} makes them anew.
 */
class GoldenFilesTest {
  private static final Path ROOT = Path.of("src/test/resources/dialect");
  private static final long CREATED = 1_763_600_000;

  static List<Path> inputs(String folder) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
      return files
          .filter(it -> it.getFileName().toString().split("\\.", -1).length == 3)
          .sorted()
          .toList();
    }
  }

  static List<Path> requests() throws IOException {
    return inputs("requests");
  }

  static List<Path> responses() throws IOException {
    return inputs("responses");
  }

  static List<Path> streams() throws IOException {
    return inputs("streams");
  }

  @ParameterizedTest
  @MethodSource("requests")
  void translatesRequests(Path file) throws IOException {
    Protocol from = protocol(file);
    ModelRequest request = Dialect.decodeRequest(from, body(file));

    for (Protocol to : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
      check(file, "to-" + to.wire() + ".json", json(Dialect.encodeRequest(to, request)));
    }
  }

  @ParameterizedTest
  @MethodSource("responses")
  void translatesResponses(Path file) throws IOException {
    Protocol from = protocol(file);
    ModelResponse read = Dialect.decodeResponse(from, body(file));
    ModelResponse response = read.withCreated(read.created().orElse(CREATED));

    for (Protocol to : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
      check(
          file, "to-" + to.wire() + ".json", json(Dialect.encodeResponseWithLosses(to, response)));
    }
  }

  @ParameterizedTest
  @MethodSource("streams")
  void foldsStreams(Path file) throws IOException {
    StreamedAnswer answer = StreamedAnswer.of(protocol(file));
    ObjectNode told = Json.object();
    ArrayNode kinds = told.putArray("kinds");
    for (SseEvent event : events(file)) {
      kinds.add(answer.follow(event).name());
    }
    told.put("finished", answer.isFinished()).put("ended", answer.isEnded());
    told.put("finish_reason", answer.finishReason().orElse(null));
    told.put("usage", answer.usage().map(Usage::toString).orElse(null));
    told.put("error", answer.error().map(ApiError::toString).orElse(null));
    told.set("body", answer.body());

    check(file, "folded.json", Json.pretty(told) + "\n");
  }

  @ParameterizedTest
  @MethodSource("streams")
  void translatesStreams(Path file) throws IOException {
    Protocol from = protocol(file);
    if (from == Protocol.RESPONSES) {
      return;
    }
    Protocol to = from == Protocol.CHAT ? Protocol.MESSAGES : Protocol.CHAT;
    StreamTranslator translator = StreamTranslator.of(from, to, true, CREATED);
    List<SseEvent> out = new ArrayList<>(StreamPropertiesTest.translated(translator, events(file)));
    out.addAll(translator.end());
    StringBuilder text = new StringBuilder();
    out.forEach(text::append);
    translator.losses().forEach(it -> text.append(": lost ").append(it).append("\n\n"));

    check(file, "to-" + to.wire() + ".sse", text.toString());
  }

  private static Protocol protocol(Path file) {
    String wire = file.getFileName().toString().split("\\.", -1)[1];
    return Stream.of(Protocol.values())
        .filter(it -> it.wire().equals(wire))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode body(Path file) throws IOException {
    return (ObjectNode) Json.read(Files.readAllBytes(file));
  }

  private static List<SseEvent> events(Path file) throws IOException {
    return SseParserTest.parse(Files.readString(file));
  }

  private static String json(Dialect.Encoded encoded) {
    ObjectNode told = Json.object();
    told.set("body", encoded.body());
    ArrayNode losses = told.putArray("losses");
    encoded.losses().forEach(losses::add);
    JsonNode read = Json.read(Json.write(told));
    return Json.pretty(read) + "\n";
  }

  private static void check(Path input, String suffix, String made) throws IOException {
    String name = input.getFileName().toString();
    Path file = input.resolveSibling(name.substring(0, name.lastIndexOf('.')) + "." + suffix);
    byte[] bytes = made.getBytes(StandardCharsets.UTF_8);
    if (Boolean.getBoolean("treadle.bless")) {
      Files.write(file, bytes);
    }
    assertThat(file)
        .as("look at the difference, then rewrite it with -Dtreadle.bless=true")
        .exists()
        .hasBinaryContent(bytes);
  }
}
