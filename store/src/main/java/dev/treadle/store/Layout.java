package dev.treadle.store;

import java.nio.file.Path;
import java.util.Objects;

/** Where things lie in a lake. */
record Layout(Path root) {
  /** The folder that holds a path; every path in a lake has one. */
  static Path folderOf(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "a path with a folder");
  }

  Path format() {
    return root.resolve("FORMAT");
  }

  Path log() {
    return root.resolve("log");
  }

  Path stream(Stream stream) {
    return log().resolve(stream.folder());
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path datasets() {
    return root.resolve("datasets");
  }

  Path policies() {
    return root.resolve("policies");
  }

  Path runs() {
    return root.resolve("runs");
  }

  Path state() {
    return root.resolve("state");
  }

  Path cache() {
    return root.resolve("cache");
  }

  /** What is being written; a dead writer's folder in it is rubbish. */
  Path temporary() {
    return root.resolve("tmp");
  }

  /** Every folder that a new lake has. */
  Path[] folders() {
    return new Path[] {
      log(),
      blobs(),
      datasets(),
      root.resolve("models"),
      policies(),
      runs(),
      state(),
      cache(),
      temporary()
    };
  }
}
