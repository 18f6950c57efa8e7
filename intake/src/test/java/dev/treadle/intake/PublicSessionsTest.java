package dev.treadle.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Session files of two public projects, where {@code TREADLE_DATA} names the folder that holds
 * them.
 */
class PublicSessionsTest {
  @TempDir Path folder;
  private Path data = Path.of("");

  @BeforeEach
  void findData() {
    String set = System.getenv("TREADLE_DATA");
    assumeTrue(
        set != null,
        "skipped: TREADLE_DATA is not set (a folder with claude-code-log and claude-code-viewer)");
    data = Path.of(String.valueOf(set));
  }

  @Test
  void pairsEveryResultWhoseCallIsInTheFileAndCountsEveryLine() {
    for (String name : List.of("claude-code-log", "claude-code-viewer")) {
      KeptExamples kept = new KeptExamples();

      ImportReport report = kept.read(data.resolve(name));

      assertThat(report.lines().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(report.linesRead());
      assertThat(report.pairedResults()).isPositive();
      assertThat(report.unpairedResults()).isZero();
      kept.live.values().forEach(PublicSessionsTest::everyCallOnceAndEveryResultCalled);
    }
  }

  private static void everyCallOnceAndEveryResultCalled(Example example) {
    Set<String> calls = new HashSet<>();
    for (Message message : example.messages()) {
      if (message instanceof Message.Assistant assistant) {
        for (ToolCall call : assistant.toolCalls()) {
          assertThat(calls.add(call.id())).isTrue();
        }
      } else if (message instanceof Message.ToolResult result) {
        assertThat(calls).contains(result.toolCallId());
      }
    }
  }

  @Test
  void leavesOneLiveRevisionOfEverySessionThatIsCutAtEveryLine() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file :
          files
              .filter(it -> it.toString().contains("claude-code-"))
              .filter(it -> it.toString().endsWith(".jsonl"))
              .toList()) {
        cutAtEveryLine(file);
      }
    }
  }

  private void cutAtEveryLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    Path copy = folder.resolve(String.valueOf(file.getFileName()));
    KeptExamples grown = new KeptExamples();
    for (int count = 1; count <= lines.size(); count++) {
      Files.write(copy, lines.subList(0, count));
      grown.read(copy);
    }
    KeptExamples whole = new KeptExamples();
    whole.read(copy);

    assertThat(grown.live).as(file.toString()).isEqualTo(whole.live);
  }
}
