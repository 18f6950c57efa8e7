package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever comes over the wire becomes a value or an error with a code. */
class WireFuzzTest {
  private static final List<String> ODDITIES =
      List.of(
          "null",
          "0",
          "-1",
          "1e999",
          "99999999999999999999",
          "1.5",
          "true",
          "\"\"",
          "\"x\"",
          "\"\\ud800\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[{}]",
          "[7]",
          "{\"type\":7}",
          "{\"type\":\"text\"}",
          "{\"index\":-3}",
          "{\"_raw\":1}",
          "\"data:;base64,\"",
          "\"data:,\"",
          "\"tool_result\"",
          "\"tool\"",
          "\"assistant\"");

  @Property(tries = 3000)
  void mutatedBodiesGiveAValueOrAnError(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    for (String folder : List.of("requests", "responses")) {
      List<Path> files = GoldenFilesTest.inputs(folder);
      JsonNode body = Json.read(Files.readAllBytes(files.get(random.nextInt(files.size()))));
      for (int i = random.nextInt(3); i >= 0; i--) {
        mutate(body, random);
      }
      for (Protocol protocol : Protocol.values()) {
        if (body instanceof ObjectNode object) {
          translate(protocol, object, folder.equals("requests"));
        }
        assertThat(ApiError.decode(protocol, 0, body).message()).isNotEmpty();
        Usage.of(protocol, body);
      }
    }
  }

  private static void translate(Protocol from, ObjectNode body, boolean isRequest) {
    for (Protocol to : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
      try {
        ObjectNode made =
            isRequest
                ? Dialect.encodeRequest(to, Dialect.decodeRequest(from, body)).body()
                : Dialect.encodeResponse(to, Dialect.decodeResponse(from, body));
        assertThat(Json.read(Json.write(made)).isObject()).isTrue();
      } catch (TreadleException e) {
        assertThat(e).hasMessageContaining("field ");
      }
    }
  }

  @Property(tries = 3000)
  void mutatedStreamsGiveKindsAndEvents(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<Path> files = GoldenFilesTest.inputs("streams");
    List<SseEvent> events = new ArrayList<>();
    for (SseEvent event :
        SseParserTest.parse(Files.readString(files.get(random.nextInt(files.size()))))) {
      switch (random.nextInt(8)) {
        case 0 -> {}
        case 1 -> events.add(mutated(event, random));
        case 2 -> events.add(random.nextInt(events.size() + 1), event);
        default -> events.add(event);
      }
    }
    follow(events);
  }

  @Property(tries = 2000)
  void randomBytesGiveKindsAndEvents(@ForAll byte[] bytes) {
    List<SseEvent> events = new ArrayList<>();
    new SseParser(1 << 16).feed(bytes, 0, bytes.length, events::add);
    follow(events);
    follow(List.of(SseEvent.of("", new String(bytes, StandardCharsets.ISO_8859_1))));
    for (Protocol protocol : Protocol.values()) {
      assertThat(ApiError.decode(protocol, 500, bytes).message()).isNotEmpty();
    }
  }

  private static void follow(List<SseEvent> events) {
    for (Protocol protocol : Protocol.values()) {
      StreamedAnswer answer = StreamPropertiesTest.followed(protocol, events);
      ObjectNode body = answer.body();
      answer.usage();
      answer.finishReason();
      assertThat(Json.read(Json.write(body)).isObject()).isTrue();
      for (Protocol to : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
        if (protocol != Protocol.RESPONSES) {
          StreamTranslator translator = StreamTranslator.of(protocol, to, true, 1);
          List<SseEvent> out = StreamPropertiesTest.translated(translator, events);
          out.addAll(translator.end());
          assertThat(translator.losses()).doesNotContainNull();
        }
      }
    }
  }

  private static SseEvent mutated(SseEvent event, Random random) {
    try {
      JsonNode data = Json.read(event.data());
      mutate(data, random);
      return SseEvent.of(event.name(), data);
    } catch (TreadleException e) {
      return SseEvent.of(event.name(), event.data() + "}");
    }
  }

  /** Replaces, takes out or adds one thing somewhere in the tree. */
  private static void mutate(JsonNode node, Random random) {
    JsonNode odd = Json.read(ODDITIES.get(random.nextInt(ODDITIES.size())));
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      String name = List.copyOf(object.propertyNames()).get(random.nextInt(object.size()));
      JsonNode child = object.get(name);
      if (child.isContainer() && !child.isEmpty() && random.nextInt(4) > 0) {
        mutate(child, random);
      } else if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, odd);
      }
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      int at = random.nextInt(array.size());
      if (array.get(at).isContainer() && random.nextInt(4) > 0) {
        mutate(array.get(at), random);
      } else if (random.nextInt(4) == 0) {
        array.remove(at);
      } else {
        array.set(at, odd);
      }
    }
  }
}
