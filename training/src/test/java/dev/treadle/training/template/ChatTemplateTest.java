package dev.treadle.training.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.testkit.Needs;
import dev.treadle.testkit.Project;
import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ChatTemplateTest {
  private static final Path FOLDER =
      Project.root().resolve("training/src/test/resources/templates");
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 9, 5);

  @TempDir Path folder;

  private static JsonNode golden() throws IOException {
    return Json.read(Files.readAllBytes(FOLDER.resolve("golden.json")));
  }

  static List<String> templates() throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode it : golden().path("cases")) {
      if (!names.contains(it.path("template").asString())) {
        names.add(it.path("template").asString());
      }
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("templates")
  void rendersAsTransformersDoes(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    if (!Files.exists(file)) {
      file = Needs.data().resolve("chat-templates").resolve(name);
      Assumptions.assumeTrue(Files.exists(file), "skipped: there is no " + file);
    }
    ChatTemplate template =
        ChatTemplate.parse(
            Files.readString(file), Map.of("bos_token", "<BOS>", "eos_token", "<EOS>"));
    JsonNode golden = golden();
    int cases = 0;
    for (JsonNode it : golden.path("cases")) {
      if (it.path("template").asString().equals(name)) {
        JsonNode chat = golden.path("chats").path(it.path("chat").asString());
        if (it.has("error")) {
          assertThatThrownBy(() -> render(template, chat)).isInstanceOf(TreadleException.class);
        } else if (it.has("text_sha256")) {
          assertThat(sha256(render(template, chat)))
              .as("%s of %s", it.path("chat").asString(), name)
              .isEqualTo(it.path("text_sha256").asString());
        } else {
          assertThat(render(template, chat))
              .as("%s of %s", it.path("chat").asString(), name)
              .isEqualTo(it.path("text").asString());
        }
        cases++;
      }
    }
    assertThat(cases).isEqualTo(9);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String render(ChatTemplate template, JsonNode chat) {
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    chat.forEachEntry(
        (key, it) -> {
          if (!List.of("messages", "tools", "add_generation_prompt").contains(key)) {
            variables.put(key, it);
          }
        });
    return template.render(
        chat.path("messages"),
        chat.path("tools"),
        chat.path("add_generation_prompt").asBoolean(true),
        variables,
        NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a§{% include 'x' %}|line 2: the statement 'include'",
        "{{ x!wordwrap }}|the filter 'wordwrap'",
        "{{ 1 is prime }}|the test 'prime'",
        "{{ 'a'.zfill(3) }}|the method zfill",
        "{{ [].append(1) }}|the method append of a list",
        "{{ 'a' % 1 }}|formatting with %",
        "{{ 2 ** 3 }}|the operator **",
        "{{ cycler('a') }}|the function cycler",
        "{% for a in [] recursive %}{% endfor %}|a recursive loop",
        "{% for a in [1] %}{{ loop.changed }}{% endfor %}|loop.changed",
        "{{ strftime_now('%Q') }}|strftime's %Q",
        "{{ f(*x) }}|a call with *",
      })
  void refusesWhatIsNotSupportedByNameAndLine(String template, String why) {
    assertFails(
        template.replace("§", "\n").replace("!", "|"), TrainingError.TEMPLATE_UNSUPPORTED, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{% if a %}|the end comes before",
        "{% endif %}|has no beginning",
        "{{ a|a tag has no end",
        "{# a|a comment has no end",
        "{{ 'a }}|a text has no end",
        "{{ a b }}|is expected",
        "{{ x.y.z }}|'y', which is undefined",
        "{{ 1 + 'a' }}|a number + a text",
        "{{ 1 / 0 }}|division by zero",
        "{{ 9223372036854775807 + 1 }}|9223372036854775807 + 1",
        "{% break %}|outside of a loop",
        "{{ 1() }}|is no function",
        "{{ ) }}|unexpected ')'",
      })
  void saysWhatIsWrong(String template, String why) {
    assertFails(template.replace("x.y.z", "messages[0].y.z"), TrainingError.TEMPLATE_INVALID, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{% for a in range(1000000000) %}{% endfor %}",
        "{% for a in range(3000) %}{% for b in range(3000) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 1000000000000 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set ns = namespace(t='aaaaaaaaaa') %}{% for a in range(40) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
      })
  void endsWhatWouldNotEnd(String template) {
    assertFails(template, TrainingError.TEMPLATE_TOO_MUCH, "");
    assertFails(
        "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
        TrainingError.TEMPLATE_TOO_MUCH,
        "nests");
  }

  @Test
  void passesOnWhatTheTemplateRefuses() {
    assertFails(
        "{{ raise_exception('roles must\nalternate') }}",
        TrainingError.TEMPLATE_RAISED,
        "roles must alternate");
  }

  @Test
  void readsTheTemplateOfAFolder() throws IOException {
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .hasMessageContaining("has no chat template");
    Path configuration = folder.resolve("tokenizer_config.json");
    Files.writeString(
        configuration,
        "{\"bos_token\": {\"content\": \"<s>\"}, \"chat_template\": [{\"name\": \"default\", \"template\": \"{{ bos_token }}a\"}]}");
    assertThat(render(ChatTemplate.read(folder), Json.object())).isEqualTo("<s>a");
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}b\n");
    assertThat(render(ChatTemplate.read(folder), Json.object())).isEqualTo("<s>b");
  }

  @Property(tries = 500)
  void anyTextIsRenderedOrRefused(@ForAll String noise) {
    for (String it : List.of(noise, "{{ " + noise + " }}", "{% if " + noise + " %}{% endif %}")) {
      try {
        assertThat(render(ChatTemplate.parse(it, Map.of()), Json.object())).isNotNull();
      } catch (TreadleException e) {
        assertThat(e.code()).isInstanceOf(TrainingError.class);
      }
    }
  }

  private static void assertFails(String template, TrainingError code, String why) {
    assertThatThrownBy(
            () ->
                render(
                    ChatTemplate.parse(template, Map.of()),
                    Json.read("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}")))
        .isInstanceOfSatisfying(TreadleException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }
}
