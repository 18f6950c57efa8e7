package dev.treadle.app;

import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Java files of the checkout. */
final class SourceFiles {
  private SourceFiles() {}

  /** Those of the product and of the tests, in the order of their paths. */
  static List<Path> all() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Project.root())) {
      for (Path module : modules.sorted().toList()) {
        for (String kind : List.of("src/main/java", "src/test/java")) {
          Path folder = module.resolve(kind);
          if (Files.isDirectory(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
              walk.filter(it -> it.toString().endsWith(".java")).sorted().forEach(files::add);
            }
          }
        }
      }
    }
    return files;
  }

  /** The path as it stands in a list of the checkout. */
  static String name(Path file) {
    return Project.root().relativize(file).toString().replace('\\', '/');
  }
}
