package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a collector nothing of OpenTelemetry's library is loaded. */
@Tag("slow")
class LoadedClassesTest {
  @TempDir Path folder;

  @Test
  void offNoClassOfTheLibraryIsLoaded() throws IOException, InterruptedException {
    try (Collector collector = new Collector()) {
      String withIt = loadedClasses("on", collector.url().toString());
      assertThat(collector.spans()).hasSize(1);
      assertThat(withIt).contains("io.opentelemetry.sdk").contains("dev.treadle.gateway.ModelCall");
    }
    assertThat(loadedClasses("off"))
        .contains("dev.treadle.gateway.ModelCall")
        .doesNotContain("io.opentelemetry")
        .doesNotContain("dev.treadle.gateway.CallSpan");
  }

  private String loadedClasses(String name, String... collector)
      throws IOException, InterruptedException {
    Path log = folder.resolve(name + ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                LoadedClasses.class.getName(),
                Files.createDirectory(folder.resolve(name)).toString()));
    command.addAll(List.of(collector));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve(name + ".out"))).isZero();
    return Files.readString(log);
  }
}
