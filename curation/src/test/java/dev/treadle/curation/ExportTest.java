package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  @TempDir Path folder;

  private static final RenderOptions OPTIONS = RenderOptions.of(Thinking.INLINE, Blobs.NONE);

  private static Iterator<Example> parts(String part) {
    return part.equals("train")
        ? List.of(Said.of("a", "q", "r"), Said.of("b", "only asked")).iterator()
        : List.<Example>of().iterator();
  }

  @Test
  void writesRowsAndTheirOriginsInTheSameOrder() throws IOException {
    Path target = folder.resolve("out");

    Export.Result result =
        new Export(TrainerFormat.OPENAI_MESSAGES, OPTIONS, "main")
            .write(target, ExportTest::parts, false);

    assertThat(result.rows()).containsOnlyKeys("train");
    assertThat(result.leftOut().values()).containsExactly(1L);
    assertThat(Files.readAllLines(target.resolve("train.jsonl")))
        .singleElement()
        .satisfies(row -> assertThat(Json.read(row).path("messages").size()).isEqualTo(2));
    assertThat(Files.readString(target.resolve("train.meta.jsonl")))
        .contains("\"source\":\"test a\"");
    assertThat(target.resolve("test.jsonl")).doesNotExist();
    assertThat(folder.resolve("out.partial")).doesNotExist();
  }

  @Test
  void writesARegistryThatTheEmulatorAcceptsEveryRowOf() {
    Path target = folder.resolve("lf");

    new Export(TrainerFormat.LLAMA_FACTORY, OPTIONS, "main")
        .write(target, ExportTest::parts, false);

    assertThat(LoaderReport.of(target))
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.dataset()).isEqualTo("main_train");
              assertThat(report.accepted()).isEqualTo(1);
              assertThat(report.failures()).isEmpty();
            });
  }

  @Test
  void neverTouchesAFolderThatHoldsSomethingElse() throws IOException {
    Path target = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(target.resolve("precious"), "x");
    Export export = new Export(TrainerFormat.OPENAI_MESSAGES, OPTIONS, "main");

    assertThatThrownBy(() -> export.write(target, ExportTest::parts, false))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("--replace");
    assertThatThrownBy(() -> export.write(target, ExportTest::parts, true))
        .hasMessageContaining("precious, which is no export's");
    assertThat(target.resolve("precious")).exists();
  }

  @Test
  void leavesNothingOfAFailedAttempt() {
    Path target = folder.resolve("failed");
    Export export = new Export(TrainerFormat.OPENAI_MESSAGES, OPTIONS, "main");

    assertThatThrownBy(
            () ->
                export.write(
                    target,
                    part -> {
                      throw new IllegalStateException("on purpose");
                    },
                    false))
        .hasMessage("on purpose");
    assertThat(target).doesNotExist();
    assertThat(folder.resolve("failed.partial")).doesNotExist();
  }
}
