package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Needs;
import dev.treadle.testkit.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shell scripts of the checkout, but for Maven's own {@code mvnw}. */
class ScriptsTest {
  @Test
  void shellUnderstandsEveryScript() throws IOException, InterruptedException {
    for (Path script : scripts()) {
      String shell = Files.readAllLines(script).getFirst().contains("bash") ? "bash" : "sh";

      assertThat(output(Needs.program(shell).toString(), "-n", script.toString())).isEmpty();
    }
  }

  @Test
  void shellcheckHasNothingToSay() throws IOException, InterruptedException {
    String shellcheck = Needs.program("shellcheck").toString();
    List<String> words =
        new ArrayList<>(List.of(shellcheck, "--external-sources", "-S", "warning"));
    scripts().forEach(it -> words.add(it.toString()));

    assertThat(output(words.toArray(String[]::new))).isEmpty();
  }

  private static List<Path> scripts() throws IOException {
    List<Path> scripts = new ArrayList<>();
    Path root = Project.root();
    scripts.add(root.resolve("treadle"));
    for (String folder : List.of("bin", "bench", ".ci")) {
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        files.filter(ScriptsTest::isScript).sorted().forEach(scripts::add);
      }
    }
    return scripts;
  }

  /** Whether it can be run; what others source has no first line of its own. */
  private static boolean isScript(Path file) {
    try {
      return Files.isRegularFile(file) && Files.readString(file).startsWith("#!");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(String... words) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(words)
            .directory(Project.root().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output + (process.waitFor() == 0 || !output.isEmpty() ? "" : "failed silently");
  }
}
