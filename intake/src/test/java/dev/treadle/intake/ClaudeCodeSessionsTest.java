package dev.treadle.intake;

import static dev.treadle.intake.KeptExamples.outline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.ThinkingState;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaudeCodeSessionsTest {
  @TempDir Path folder;

  private final KeptExamples kept = new KeptExamples();

  @Test
  void mergesThePiecesOfAMessageAndPairsParallelCallsWhoseTreeBranches() {
    new SessionLines("s")
        .user("u1", null, "fix it")
        .thinks("a1", "u1", "m1", "hm")
        .says("a2", "a1", "m1", "looking")
        .calls("a3", "a2", "m1", "c1")
        .calls("a4", "a3", "m1", "c2")
        .result("r2", "a4", "c2", "second")
        .result("r1", "a3", "c1", "first")
        .says("a5", "r1", "m2", "done")
        .write(folder);

    ImportReport report = kept.read(folder);

    assertThat(outline(kept.byKey("s")))
        .containsExactly(
            "user: fix it",
            "assistant: looking {hm} [c1 Bash {\"command\":\"run c1\"}] [c2 Bash {\"command\":\"run c2\"}]",
            "tool c1: first",
            "tool c2: second",
            "assistant: done");
    assertThat(report.pairedResults()).isEqualTo(2);
    assertThat(report.conversations()).isEqualTo(1);
    assertThat(kept.byKey("s").header().thinking()).contains(ThinkingState.FULL);
  }

  @Test
  void keepsARewindAsABranchWhosePrefixIsContext() {
    new SessionLines("s")
        .user("u1", null, "a")
        .says("a1", "u1", "m1", "b")
        .user("u2", "a1", "c")
        .says("a2", "u2", "m2", "d")
        .user("u3", "a1", "c instead")
        .says("a3", "u3", "m3", "e")
        .write(folder);

    kept.read(folder);

    assertThat(kept.keys()).containsExactly("s", "s/u3");
    assertThat(outline(kept.byKey("s")))
        .containsExactly("user: a", "assistant: b", "user: c", "assistant: d");
    assertThat(outline(kept.byKey("s/u3")))
        .containsExactly("user: a", "assistant: b (context)", "user: c instead", "assistant: e");
    assertThat(kept.byKey("s/u3").header().source().group())
        .isEqualTo(kept.byKey("s").header().source().group());
  }

  @Test
  void walksThroughNoiseAndDropsMetaRemindersAndInterruptions() {
    new SessionLines("s")
        .user("w1", null, "<command-name>/model</command-name>")
        .user("w2", "w1", "<local-command-stdout>Set model</local-command-stdout>")
        .meta("w3", "w2", "Caveat: not for you")
        .user("u1", "w3", "hello <system-reminder>be nice</system-reminder>")
        .other("progress", "p1", "u1")
        .other("system", "p2", "p1")
        .says("a1", "p2", "m1", "hi")
        .user("i1", "a1", "[Request interrupted by user]")
        .user("u2", "i1", "again")
        .other("novelty", "n1", "u2")
        .says("a2", "n1", "m2", "yes")
        .user("u3", "a2", "never answered")
        .write(folder);

    ImportReport report = kept.read(folder);

    assertThat(outline(kept.byKey("s")))
        .containsExactly("user: hello", "assistant: hi", "user: again", "assistant: yes");
    assertThat(report.lines()).containsEntry("unknown:novelty", 1L).containsEntry("progress", 1L);
    assertThat(report.lines().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(report.linesRead())
        .isEqualTo(12);
    assertThat(report.unansweredTurns()).isEqualTo(1);
    assertThat(kept.byKey("s").header().labels()).containsEntry("interruptions", Json.read("1"));
  }

  @Test
  void keepsATypedCommandThatBecameAPrompt() {
    new SessionLines("s")
        .user(
            "w1",
            null,
            "<command-message>x</command-message>\n<command-name>/review</command-name>\n<command-args>src</command-args>")
        .meta("w2", "w1", "Review the folder src thoroughly")
        .says("a1", "w2", "m1", "reviewed")
        .write(folder);

    kept.read(folder);

    assertThat(outline(kept.byKey("s")))
        .containsExactly("user: /review src", "assistant: reviewed");
  }

  @Test
  void goesOnThroughACompaction() {
    new SessionLines("s")
        .user("u1", null, "a")
        .says("a1", "u1", "m1", "b")
        .other("system", "b1", null)
        .with("subtype", "compact_boundary")
        .with("logicalParentUuid", "a1")
        .user("x1", "b1", "This session is being continued from a previous conversation")
        .with("isCompactSummary", true)
        .user("u2", "x1", "c")
        .says("a2", "u2", "m2", "d")
        .write(folder);

    kept.read(folder);

    assertThat(outline(kept.byKey("s")))
        .containsExactly("user: a", "assistant: b", "user: c", "assistant: d");
  }

  @Test
  void takesAgentsAsConversationsOfTheirOwn() {
    new SessionLines("s")
        .user("u1", null, "delegate")
        .delegates("a1", "u1", "m1", "c1", "sub task")
        .user("k1", null, "sub task")
        .sidechain(null)
        .says("k2", "k1", "m9", "sub answer")
        .sidechain(null)
        .result("r1", "a1", "c1", "sub answer")
        .says("a2", "r1", "m2", "done")
        .write(folder);
    SessionLines agent =
        new SessionLines("s")
            .user("g1", null, "other task")
            .sidechain("77")
            .says("g2", "g1", "m8", "other answer")
            .sidechain("77");
    agent.write(folder.resolve("s/subagents/agent-77.jsonl"), 2);

    ImportReport report = kept.read(folder);

    assertThat(kept.keys()).containsExactly("s", "s/77", "s/k1");
    assertThat(report.agents()).isEqualTo(2);
    assertThat(outline(kept.byKey("s"))).hasSize(4);
    assertThat(kept.byKey("s/k1").header().labels())
        .containsEntry("parent_call", Json.read("\"c1\""));
    assertThat(kept.byKey("s/77").header().source().group())
        .isEqualTo(kept.byKey("s").header().source().group());
  }

  @Test
  void countsAReplayedPrefixOnceAcrossFiles() {
    SessionLines first = new SessionLines("s1").user("u1", null, "a").says("a1", "u1", "m1", "b");
    first.write(folder);
    SessionLines fork = new SessionLines("s2");
    fork.user("u1", null, "a").says("a1", "u1", "m1", "b");
    fork.user("u2", "a1", "c").says("a2", "u2", "m2", "d").write(folder);
    SessionLines replay = new SessionLines("s3");
    replay.user("u1", null, "a").says("a1", "u1", "m1", "b").write(folder);

    ImportReport report = kept.read(folder);

    assertThat(kept.keys()).containsExactly("s1", "s2");
    assertThat(outline(kept.byKey("s2")))
        .containsExactly("user: a", "assistant: b (context)", "user: c", "assistant: d");
    assertThat(report.replayed()).isEqualTo(1);
  }

  @Test
  void leavesOneLiveRevisionOfASessionThatGrewLineByLine() {
    SessionLines lines =
        new SessionLines("s")
            .user("u1", null, "a")
            .thinks("a1", "u1", "m1", "t")
            .calls("a2", "a1", "m1", "c1")
            .calls("a3", "a2", "m1", "c2")
            .user("k1", null, "sub")
            .sidechain("77")
            .says("k2", "k1", "m7", "sub answer")
            .sidechain("77")
            .result("r1", "a2", "c1", "1")
            .result("r2", "a3", "c2", "2")
            .says("a4", "r2", "m2", "b")
            .user("u2", "a4", "c")
            .says("a5", "u2", "m3", "d")
            .user("u3", "a4", "c'")
            .says("a6", "u3", "m4", "e");
    Path file = folder.resolve("s.jsonl");
    for (int count = 1; count <= lines.lines.size(); count++) {
      lines.write(file, count);
      kept.read(folder);
    }
    KeptExamples atOnce = new KeptExamples();
    atOnce.read(folder);

    assertThat(kept.live).isEqualTo(atOnce.live);
    assertThat(kept.keys()).containsExactly("s", "s/77", "s/u3");
  }

  @Test
  void addsNothingTheSecondTimeNorFromAMovedFolder() throws IOException {
    new SessionLines("s")
        .user("u1", null, "a")
        .says("a1", "u1", "m1", "b")
        .write(folder.resolve("x"));

    assertThat(kept.read(folder.resolve("x")).added()).isEqualTo(1);
    ImportReport again = kept.read(folder.resolve("x"));
    assertThat(again.filesUnchanged()).isEqualTo(1);
    assertThat(again.added() + again.revised()).isZero();
    Files.move(folder.resolve("x"), folder.resolve("y"));
    ImportReport moved = kept.read(folder.resolve("y"));
    assertThat(moved.unchanged()).isEqualTo(1);
    assertThat(moved.added() + moved.revised()).isZero();
  }

  @Test
  void putsAMessageWhoseParentIsLostBehindTheLineBefore() {
    new SessionLines("s")
        .user("u1", null, "a")
        .raw("{\"type\":\"assistant\",\"uuid\":\"a1\",\"par")
        .user("u2", "a1", "c")
        .says("a2", "u2", "m2", "d")
        .write(folder);

    ImportReport report = kept.read(folder);

    assertThat(outline(kept.byKey("s"))).containsExactly("user: a", "user: c", "assistant: d");
    assertThat(report.repairedParents()).isEqualTo(1);
    assertThat(report.lines()).containsEntry("skipped:not_json", 1L);
    assertThat(report.problems().getFirst()).contains("s.jsonl:2: not JSON");
  }

  @Test
  void readsAFileWithoutAnyParentsInItsOrder() {
    new SessionLines("s")
        .user("u1", null, "a")
        .says("a1", null, "m1", "b")
        .user("u2", null, "c")
        .says("a2", null, "m2", "d")
        .write(folder);

    kept.read(folder);

    assertThat(outline(kept.byKey("s")))
        .containsExactly("user: a", "assistant: b", "user: c", "assistant: d");
  }

  @Test
  void readsAFileWithHardlyAnyParentsInItsOrder() {
    new SessionLines("s")
        .user("u1", null, "a")
        .says("a1", null, "m1", "b")
        .user("u2", null, "<command-name>/model</command-name>")
        .says("a2", null, "m2", "c")
        .user("u3", "a2", "d")
        .says("a3", "u3", "m3", "e")
        .write(folder);

    kept.read(folder);

    assertThat(outline(kept.byKey("s")))
        .containsExactly("user: a", "assistant: b", "assistant: c", "user: d", "assistant: e");
    assertThat(kept.keys()).containsExactly("s");
  }

  @Test
  void saysWhatIsWrongWithBadFilesAndGoesOn() throws IOException {
    Files.write(
        folder.resolve("utf16.jsonl"), "{\"type\":\"user\"}".getBytes(StandardCharsets.UTF_16));
    Files.write(
        folder.resolve("latin.jsonl"),
        new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}', '\n'});
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    Files.createSymbolicLink(folder.resolve("nowhere.jsonl"), folder.resolve("gone"));
    new SessionLines("good").user("u1", null, "a").says("a1", "u1", "m1", "b").write(folder);
    Files.writeString(folder.resolve("torn.jsonl"), "{\"type\":\"user\",\"mess");
    Files.writeString(folder.resolve("list.jsonl"), "[1,2]\n\n{} {}\n");

    ImportReport report = kept.read(folder);

    assertThat(kept.keys()).containsExactly("good");
    assertThat(report.lines())
        .containsEntry("skipped:truncated", 1L)
        .containsEntry("skipped:not_json", 3L)
        .containsEntry("blank", 1L);
    assertThat(String.join("\n", report.problems()))
        .contains("UTF-16")
        .contains("leads back")
        .contains("truncated");
    assertThatThrownBy(() -> kept.read(folder.resolve("absent")))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void keepsLoneSurrogatesFromEndingAnImport() {
    new SessionLines("s")
        .user("u1", null, "a")
        .raw(
            """
            {"type":"assistant","uuid":"a1","parentUuid":"u1","sessionId":"s","message":{"id":"m1",\
            "role":"assistant","content":[{"type":"text","text":"bad \\ud83d half"}]}}""")
        .write(folder);

    kept.read(folder);

    assertThat(outline(kept.byKey("s"))).containsExactly("user: a", "assistant: bad \uFFFD half");
  }

  @Test
  void passesOverALineThatIsTooLongWithoutHoldingIt() throws IOException {
    Path file = folder.resolve("s.jsonl");
    byte[] chunk = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    try (var out = Files.newOutputStream(file)) {
      out.write("{\"type\":\"user\",\"text\":\"".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 40; i++) {
        out.write(chunk);
      }
      out.write("\"}\n".getBytes(StandardCharsets.UTF_8));
      SessionLines rest = new SessionLines("s").user("u1", null, "a").says("a1", "u1", "m1", "b");
      out.write(String.join("\n", rest.lines).getBytes(StandardCharsets.UTF_8));
    }

    ImportReport report = kept.read(folder);

    assertThat(report.lines()).containsEntry("skipped:too_long", 1L);
    assertThat(outline(kept.byKey("s"))).containsExactly("user: a", "assistant: b");
  }

  @Test
  void mixedThinkingIsAsWeakAsItsWeakestPiece() {
    new SessionLines("s")
        .user("u1", null, "a")
        .thinks("a1", "u1", "m1", "t")
        .says("a2", "a1", "m1", "b")
        .thinks("a3", "a2", "m2", "")
        .says("a4", "a3", "m2", "c")
        .write(folder);

    kept.read(folder);

    Map<ExampleId, Example> live = kept.live;
    assertThat(live.values().iterator().next().header().thinking())
        .contains(ThinkingState.SIGNATURE_ONLY);
    assertThat(outline(kept.byKey("s")))
        .isEqualTo(List.of("user: a", "assistant: b {t}", "assistant: c"));
  }
}
