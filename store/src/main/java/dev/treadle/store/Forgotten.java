package dev.treadle.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The ids that no reader may give: {@code state/forgotten}, one a line. What is derived from a
 * record is named {@code <id>.<name>} and is forgotten with it.
 */
record Forgotten(Set<String> ids) {
  private static final int LIMIT = 1 << 30;

  Forgotten {
    ids = Set.copyOf(ids);
  }

  static Path file(Layout layout) {
    return layout.state().resolve("forgotten");
  }

  static Forgotten read(Disk disk, Layout layout) throws IOException {
    if (!disk.exists(file(layout))) {
      return new Forgotten(Set.of());
    }
    byte[] bytes = DiskStreams.readFully(disk, file(layout), LIMIT);
    return new Forgotten(
        new String(bytes, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .collect(Collectors.toUnmodifiableSet()));
  }

  Forgotten and(Collection<String> more) {
    Set<String> all = new TreeSet<>(ids);
    all.addAll(more);
    return new Forgotten(all);
  }

  byte[] toBytes() {
    return ids.stream()
        .sorted()
        .map(id -> id + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  boolean holds(String id) {
    if (ids.isEmpty()) {
      return false;
    }
    int dot = id.indexOf('.');
    return ids.contains(id) || (dot > 0 && ids.contains(id.substring(0, dot)));
  }
}
