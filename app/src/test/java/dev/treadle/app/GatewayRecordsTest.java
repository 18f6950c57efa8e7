package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.Durability;
import dev.treadle.store.ExchangeLog;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeLimits;
import dev.treadle.store.LakeSettings;
import dev.treadle.store.SystemDisk;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.RawJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the commands make of the calls that a gateway kept. */
class GatewayRecordsTest {
  private static final Instant TIME = Instant.parse("2026-11-19T08:00:00Z");

  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void keepSomeCalls() throws IOException {
    machine = new FakeMachine(place);
    Files.createDirectories(machine.folder().resolve("sessions"));
    Files.writeString(
        machine.folder().resolve("treadle.yaml"), "sources:\n  claude-code: [sessions]\n");
    Random random = new Random(1);
    LakeSettings settings =
        new LakeSettings(new SystemDisk(), () -> TIME, random, 1, LakeLimits.DEFAULT);
    try (Lake lake = Lake.create(machine.folder().resolve("lake"), settings)) {
      ExchangeLog door = lake.exchanges(Redactor.standard());
      String ann = door.pseudonym("ann");
      door.keep(call("xc_1", "c_1", ann, List.of("hello"), "hi"), Durability.GROUP_COMMIT);
      door.keep(
          call("xc_2", "c_1", ann, List.of("hello", "hi", "and?"), "that is all"),
          Durability.GROUP_COMMIT);
      door.keep(
          call("xc_3", "c_2", "p_other", List.of("what is a treadle"), "a pedal"),
          Durability.GROUP_COMMIT);
      door.keep(
          new Feedback(
              "fb_1",
              TIME,
              Optional.of("xc_3"),
              Optional.empty(),
              Optional.empty(),
              Optional.of(0.25),
              Optional.empty(),
              Optional.of("the pedal of a spinning wheel"),
              Optional.empty(),
              Optional.empty(),
              Map.of()),
          Durability.GROUP_COMMIT);
    }
  }

  private static Exchange call(
      String id, String conversation, String subject, List<String> said, String answer) {
    StringBuilder messages = new StringBuilder();
    for (int i = 0; i < said.size(); i++) {
      messages
          .append(i == 0 ? "" : ",")
          .append(
              "{\"role\":\"%s\",\"content\":\"%s\"}"
                  .formatted(i % 2 == 0 ? "user" : "assistant", said.get(i)));
    }
    boolean isFirst = said.size() == 1;
    return new Exchange(
        id,
        TIME,
        Exchange.State.ANSWERED,
        "chat",
        "/v1/chat/completions",
        Purpose.USER,
        Optional.of(subject),
        Optional.of(
            new Exchange.ConversationMark(
                conversation,
                isFirst ? "new" : "prefix",
                said.size() / 2,
                isFirst ? Optional.empty() : Optional.of("xc_1"),
                Optional.empty(),
                Optional.empty())),
        "support",
        raw("{\"model\":\"support\",\"messages\":[" + messages + "]}"),
        Map.of("user-agent", "test"),
        Optional.of(
            new Exchange.DecisionMark("static-1", "local", 1, List.of("local"), "only one")),
        List.of(
            new Exchange.Attempt(
                "local",
                "qwen3-14b",
                Duration.ZERO,
                Duration.ofMillis(40),
                Optional.of(200),
                Optional.empty(),
                Optional.empty())),
        raw("{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"qwen3-14b\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"finish_reason\":\"stop\"}]}"
                .formatted(answer))
            .map(body -> new Exchange.Answer(200, false, 0, Optional.of(body), List.of())),
        Optional.of(new Exchange.TokenUsage(5, 0, 0, 2, 0)),
        Optional.empty(),
        new Exchange.Timings(Optional.empty(), Duration.ofMillis(41), Duration.ofMillis(1)),
        Optional.empty(),
        Map.of());
  }

  private static Optional<RawJson> raw(String json) {
    return Optional.of(RawJson.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void curateGathersConversationsAndSaysWhereTheyCameFrom() {
    String printed = machine.succeed("curate");

    assertThat(printed)
        .containsPattern("from gateway +3")
        .containsPattern("exchanges +3 +2 +1 continued");
    assertThat(printed).containsPattern("feedback +1 +1 +\\(1 changed\\)");
    JsonNode conversation =
        machine.json(
            "data",
            "query",
            "select source_system, kind, message_count, source.subject as subject from \"main/1\" where id in"
                + " (select id from \"main/1\" where source.key = 'c_1')");
    assertThat(conversation.path("message_count").asInt()).isEqualTo(4);
    assertThat(conversation.path("source_system").asString()).isEqualTo("gateway");
    JsonNode comparison =
        machine.json(
            "data",
            "query",
            "select kind, source.group as g from \"main/1\" where kind = 'comparison'");
    assertThat(comparison.path("g").asString()).isEqualTo("c_2");
  }

  @Test
  void statusSaysHowMuchTheGatewayKept() {
    assertThat(machine.succeed("status")).contains("gateway", "of exchanges");
    assertThat(machine.json("status").path("exchanges").asLong()).isPositive();
    assertThat(machine.json("status").path("next").asString()).isEqualTo("treadle curate");
  }

  @Test
  void aCallCanBeReadWithWhatWasSaidOfIt() {
    assertThat(machine.succeed("data", "show", "xc_3"))
        .contains(
            "xc_3  answered", "what is a treadle", "attempt: local qwen3-14b, 200 after 40.0 ms")
        .contains("── feedback", "the pedal of a spinning wheel");
    assertThat(machine.json("data", "show", "xc_3").path("id").asString()).isEqualTo("xc_3");
    assertThat(machine.run("data", "show", "xc_9")).isEqualTo(1);
    assertThat(
            machine
                .json("data", "query", "select count(*) as n from exchanges where target = 'local'")
                .path("n")
                .asInt())
        .isEqualTo(3);
  }

  @Test
  void forgettingACallForgetsItsConversationAndWhatWasMadeOfIt() throws IOException {
    machine.succeed("curate");
    JsonNode forgotten = machine.json("forget", "--id", "xc_1", "--yes");

    assertThat(forgotten.path("exchanges").asInt()).isEqualTo(2);
    assertThat(forgotten.path("erased").path("erased_lines").asInt()).isEqualTo(2);
    assertThat(forgotten.path("erased").path("revoked_versions").asInt()).isEqualTo(1);
    assertThat(
            machine.json("data", "query", "select count(*) as n from \"main/1\"").path("n").asInt())
        .isEqualTo(1);
    assertThat(machine.succeed("curate")).containsPattern("from gateway +2");
  }

  @Test
  void forgettingAPersonForgetsCallsAndFeedback() throws IOException {
    assertThat(machine.run("forget", "--subject", "nobody", "--yes")).isEqualTo(1);
    assertThat(machine.succeed("forget", "--subject", "ann", "--yes")).contains("2 calls are");
    assertThat(machine.succeed("forget", "--session", "c_2", "--yes"))
        .contains("1 calls, 1 feedback");

    try (Stream<Path> files = Files.walk(machine.folder().resolve("lake/log"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".zst")))
          .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(40));
    }
  }

  @Test
  void gcRemovesOldCalls() throws IOException {
    Path day = machine.folder().resolve("lake/log/exchanges/2026-11-19");
    Files.move(day, day.resolveSibling("2026-01-01"));
    Files.writeString(machine.folder().resolve("treadle.yaml"), "retention:\n  exchanges: 30\n");
    machine.succeed("gc");

    assertThat(
            machine.json("data", "query", "select count(*) as n from exchanges").path("n").asInt())
        .isZero();
  }
}
