package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The few fields that are read of a request, and the fewer that are changed. */
class EnvelopeTest {
  private static final String OTHER = "other/\u00fc \"m\"";
  private static final String[] OTHERS = {
    "\"messages\":[{\"role\":\"user\",\"content\":\"a \\\"model\\\": \\u00e9\u4e2d\ud83d\ude00\"}]",
    "\"tools\":[{\"model\":\"no\",\"stream\":true,\"stream_options\":{\"x\":1}}]",
    "\"temperature\":1.50e0",
    "\"big\":123456789012345678901234567890",
    "\"empty\":{}",
    "\"metadata\":{\"model\":\"inner\",\"a\":null}",
  };
  private static final String[] OPTIONS = {
    "null",
    "{}",
    "{ \n}",
    "{\"x\":1}",
    "{\"include_usage\":false}",
    "{\"include_usage\" : false , \"x\":{\"include_usage\":true}}",
    "{\"x\":[1],\"include_usage\":null}",
    "{\"include_usage\":true,\"y\":\"}\"}",
    "{\"include_obfuscation\":false}"
  };

  /** A request as it is drawn, and how it is to leave. */
  private static final class Drawn {
    private final Random random;
    private final List<String> fields = new ArrayList<>();
    private final List<String> renamed = new ArrayList<>();
    private final List<String> asking = new ArrayList<>();
    private final boolean streams;
    private boolean appends = true;

    Drawn(long seed) {
      random = new Random(seed);
      streams = random.nextInt(4) > 0;
      List<String> names = new ArrayList<>(List.of("model", "stream", "options"));
      for (String other : OTHERS) {
        if (random.nextBoolean()) {
          names.add(other);
        }
      }
      Collections.shuffle(names, random);
      names.forEach(this::add);
    }

    private void add(String name) {
      switch (name) {
        case "model" -> {
          String key = random.nextBoolean() ? "\"model\"" : "\"mod\\u0065l\"";
          String to = new String(Json.write(Json.array().add(OTHER)), StandardCharsets.UTF_8);
          add(
              key + space() + ":" + space() + (random.nextBoolean() ? "\"m\\u0031\"" : "\"m1\""),
              key + ":" + to.substring(1, to.length() - 1));
        }
        case "stream" -> {
          String field = "\"stream\":" + streams;
          if (streams || random.nextBoolean()) {
            add(field, field);
          }
        }
        case "options" -> {
          if (random.nextBoolean()) {
            options(OPTIONS[random.nextInt(OPTIONS.length)]);
          }
        }
        default -> add(name, name);
      }
    }

    private void options(String value) {
      ObjectNode wanted = Json.read(value) instanceof ObjectNode it ? it : Json.object();
      wanted.put("include_usage", true);
      appends = false;
      fields.add("\"stream_options\":" + value);
      renamed.add("\"stream_options\":" + value);
      asking.add("\"stream_options\":" + wanted);
    }

    private void add(String field, String renamedField) {
      fields.add(field);
      renamed.add(renamedField);
      asking.add(renamedField);
    }

    private String space() {
      return " \n\t\r".substring(random.nextInt(5)).repeat(random.nextInt(2));
    }

    byte[] body() {
      StringBuilder body = new StringBuilder(space()).append('{').append(space());
      for (int i = 0; i < fields.size(); i++) {
        body.append(i == 0 ? "" : space() + "," + space()).append(fields.get(i));
      }
      return bytes(body.append(space()).append('}').append(space()).toString());
    }

    JsonNode left(boolean asks) {
      List<String> what = asks && streams ? asking : renamed;
      String more =
          asks && streams && appends ? ",\"stream_options\":{\"include_usage\":true}" : "";
      return Json.read(bytes("{" + String.join(",", what) + more + "}"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Property(tries = 2000)
  void changesNothingButTheModelAndTheOptions(@ForAll long seed, @ForAll boolean asks) {
    Drawn drawn = new Drawn(seed);
    byte[] body = drawn.body();
    Envelope envelope = Envelope.read(body);
    assertThat(envelope.model()).isEqualTo("m1");
    assertThat(envelope.stream()).isEqualTo(drawn.streams);

    byte[] out = envelope.bytesFor(OTHER, asks);

    assertThat(Json.read(out))
        .as(new String(body, StandardCharsets.UTF_8))
        .isEqualTo(drawn.left(asks));
    assertThat(Json.read(out).toString()).isEqualTo(drawn.left(asks).toString());
    assertThat(envelope.bytesFor("m1", false)).isSameAs(body);
    assertThat(Envelope.read(out).bytesFor(OTHER, asks))
        .as("nothing is asked twice")
        .isEqualTo(out);
  }

  @Property(tries = 500)
  void leavesEveryByteAroundTheModelAsItIs(@ForAll long seed) {
    byte[] body = new Drawn(seed).body();
    Envelope envelope = Envelope.read(body);

    String in = new String(body, StandardCharsets.ISO_8859_1);
    String out = new String(envelope.bytesFor("zz", false), StandardCharsets.ISO_8859_1);

    int at = out.indexOf("\"zz\"");
    String before = out.substring(0, at);
    String after = out.substring(at + 4);
    assertThat(in).startsWith(before).endsWith(after);
    assertThat(in.substring(at, in.length() - after.length())).matches("\"m(1|\\\\u0031)\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "x",
        "[]",
        "\"model\"",
        "null",
        "{",
        "{\"model\":\"m\"",
        "{\"model\":\"m\",}",
        "{\"model\":\"m\"} {}",
        "{\"model\":null}",
        "{\"model\":3}",
        "{\"model\":\"a\",\"model\":\"b\"}",
        "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}",
        "{\"model\":\"m\",\"x\":\"\n\"}",
        "{'model':'m'}",
        "{\"model\":\"m\",\"x\":NaN}"
      })
  void refusesWhatIsNoRequest(String body) {
    refuses(bytes(body));
  }

  private static void refuses(byte[] body) {
    assertThatThrownBy(() -> Envelope.read(body))
        .isInstanceOfSatisfying(
            TreadleException.class,
            it -> assertThat(it.code()).isEqualTo(GatewayError.REQUEST_INVALID));
  }

  @Test
  void refusesWhatIsTooDeepAndWhatIsNotUtf8() {
    refuses(bytes("{\"model\":\"m\",\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}"));
    for (String charset : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      refuses("{\"model\":\"m\"}".getBytes(Charset.forName(charset)));
    }
    byte[] latin = "{\"x\":\"\u00e9\",\"model\":\"m\"}".getBytes(StandardCharsets.ISO_8859_1);
    refuses(latin);
  }

  @Test
  void takesAByteOrderMark() {
    byte[] body = bytes("\ufeff{\"model\":\"m\",\"stream\":true}");
    byte[] out = Envelope.read(body).bytesFor("other", true);
    assertThat(Json.read(out).toString())
        .isEqualTo(
            "{\"model\":\"other\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
  }

  @Test
  void findsUserAndConversation() {
    Envelope claude =
        Envelope.read(
            bytes("{\"metadata\":{\"user_id\":\"user_1_session_abc\",\"n\":1},\"model\":\"m\"}"));
    assertThat(claude.user()).contains("user_1");
    assertThat(claude.conversation()).contains("abc");
    Envelope openAi =
        Envelope.read(
            bytes("{\"model\":\"m\",\"user\":\"ann\",\"conversation\":{\"x\":[1],\"id\":\"c1\"}}"));
    assertThat(openAi.user()).contains("ann");
    assertThat(openAi.conversation()).contains("c1");
    Envelope plain = Envelope.read(bytes("{\"model\":\"m\",\"user\":3,\"metadata\":[{}]}"));
    assertThat(plain.user()).isEmpty();
    assertThat(plain.conversation()).isEmpty();
  }
}
