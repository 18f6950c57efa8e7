package dev.treadle.gateway.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.scripted.Rule.Failure;
import dev.treadle.gateway.scripted.Rule.Then;
import dev.treadle.testkit.Project;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptReaderTest {

  @Test
  void everyKeyIsRead() {
    Script script =
        Script.read(
            Json.read(
                """
                {"models": ["small", "large"], "key": "k", "strength": 0.25, "seed": 9,
                 "delay_ms": 1, "chunk_ms": 2, "chunk": 3,
                 "rules": [
                   {"when": {"contains": "c", "model": "m", "tool": "t", "turn": 2},
                    "answer": {"text": "x", "reasoning": "r", "refusal": "no", "finish": "length",
                      "tool_calls": [{"name": "n", "arguments": {"a": 1}}],
                      "usage": {"input": 9, "cached": 1, "cache_write": 2, "output": 5,
                        "reasoning": 3}},
                    "fault": "cut_after_first_token", "cut": "reset", "after": 4, "times": 2,
                    "chunk": 7, "headers": {"x-a": "b"}},
                   {"answers": {"right": "4", "wrong": {"json": {"n": 5}}}},
                   {"status": 503, "retry_after": 1.5},
                   {"fault": "rate_limited", "retry_after": 3}]}
                """));

    assertThat(script.models()).containsExactly("small", "large");
    assertThat(script.key()).contains("k");
    assertThat(script.strength()).isEqualTo(0.25);
    assertThat(script.seed()).isEqualTo(9);
    assertThat(script.pace()).isEqualTo(new Pace(Duration.ofMillis(1), Duration.ofMillis(2), 3));
    Rule first = script.rules().get(0);
    assertThat(first.when())
        .isEqualTo(
            new When(Optional.of("c"), Optional.of("m"), Optional.of("t"), OptionalInt.of(2)));
    assertThat(first.then())
        .contains(
            new Then.Say(
                new Answer(
                    "x",
                    "r",
                    List.of(new Answer.Call("n", Json.object().put("a", 1))),
                    Optional.of("no"),
                    Optional.of("length"),
                    Optional.of(new Answer.Usage(9, 1, 2, 5, 3)))));
    assertThat(first.failure())
        .contains(new Failure.Wire(Fault.CUT_AFTER_FIRST_TOKEN, Cut.RESET, 4));
    assertThat(first.times()).isEqualTo(2);
    assertThat(first.pace()).contains(new Pace(Duration.ofMillis(1), Duration.ofMillis(2), 7));
    assertThat(first.headers()).containsEntry("x-a", "b");
    assertThat(script.rules().get(1).then())
        .contains(new Then.Test(Answer.text("4"), Answer.text("{\"n\":5}")));
    assertThat(script.rules().get(2).failure())
        .contains(new Failure.Status(503, Optional.of(Duration.ofMillis(1500))));
    assertThat(script.rules().get(3).failure())
        .contains(new Failure.Status(429, Optional.of(Duration.ofSeconds(3))));
  }

  @Test
  void everyFaultCanBeNamed() {
    for (Fault fault : Fault.values()) {
      Script script = Script.read(Json.read("{\"rules\":[{\"fault\":\"" + fault.wire() + "\"}]}"));
      assertThat(script.rules().getFirst()).isEqualTo(Rule.always().fail(fault).pace(Pace.AT_ONCE));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|script must be an object",
        "{\"rule\":[]}|script has the unknown key rule",
        "{\"rules\":{}}|script.rules must be a list",
        "{\"rules\":[{}]}|script.rules[0] says nothing",
        "{\"rules\":[{\"when\":{\"contain\":\"x\"},\"answer\":\"y\"}]}|script.rules[0].when has the unknown key contain",
        "{\"rules\":[{\"fault\":\"meteor\"}]}|script.rules[0].fault is unknown: meteor",
        "{\"rules\":[{\"fault\":\"slow\",\"status\":500}]}|has both fault and status",
        "{\"rules\":[{\"fault\":\"slow\",\"cut\":\"end\"}]}|has cut, which goes with",
        "{\"rules\":[{\"status\":500,\"after\":1}]}|has after, which goes with",
        "{\"rules\":[{\"answer\":\"x\",\"retry_after\":1}]}|has retry_after, which goes with",
        "{\"rules\":[{\"status\":200}]}|script.rules[0].status must be 400 to 599",
        "{\"rules\":[{\"answer\":\"x\",\"answers\":{\"right\":\"a\",\"wrong\":\"b\"}}]}|both answer and answers",
        "{\"rules\":[{\"answers\":{\"right\":\"a\"}}]}|script.rules[0].answers needs wrong",
        "{\"rules\":[{\"answer\":{\"text\":\"a\",\"json\":1}}]}|both text and json",
        "{\"rules\":[{\"answer\":{\"tool_calls\":[{\"name\":\"f\",\"arguments\":1}]}}]}|tool_calls[0].arguments must be an object",
        "{\"rules\":[{\"answer\":{\"usage\":{\"input\":1,\"cached\":2}}}]}|input includes cached",
        "{\"rules\":[{\"answer\":5}]}|script.rules[0].answer must be an object",
        "{\"rules\":[{\"answer\":\"x\",\"times\":0}]}|times must be 1 or more",
        "{\"rules\":[{\"answer\":\"x\",\"headers\":{\"a b\":\"c\"}}]}|a header that HTTP cannot carry",
        "{\"strength\":2}|strength must be 0 to 1",
        "{\"seed\":1.5}|script.seed must be a whole number",
        "{\"chunk\":0}|script.chunk must be 1 to",
        "{\"delay_ms\":-1}|script.delay_ms must be 0 to"
      })
  void whatIsWrongIsSaidWithItsPlace(String script, String message) {
    assertThatThrownBy(() -> Script.read(Json.read(script)))
        .isInstanceOfSatisfying(
            TreadleException.class,
            it -> assertThat(it.code()).isEqualTo(ScriptError.SCRIPT_INVALID))
        .hasMessageContaining(message);
  }

  @Test
  void everyKeyAndFaultStandsInTheDocumentation() throws IOException {
    String page = Files.readString(Project.root().resolve("docs/gateway.md"));

    assertThat(ScriptReader.keys()).allSatisfy(it -> assertThat(page).contains("`" + it + "`"));
    assertThat(Fault.values()).allSatisfy(it -> assertThat(page).contains("`" + it.wire() + "`"));
    assertThat(Cut.values()).allSatisfy(it -> assertThat(page).contains("`" + it.wire() + "`"));
  }
}
