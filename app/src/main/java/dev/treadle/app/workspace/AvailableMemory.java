package dev.treadle.app.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory a process may still take, as Linux tells it: what the machine has free, or what
 * its control group leaves it, whichever is less. What can be given back at once, such as copies of
 * files, counts as free.
 */
public final class AvailableMemory {
  private static final String PROCESS_GROUPS = "proc/self/cgroup";
  private static final String GROUPS = "sys/fs/cgroup";

  /** Version 1 writes a number near 2^63 where there is no limit. */
  private static final long NO_LIMIT = 1L << 60;

  private final Path root;

  private AvailableMemory(Path root) {
    this.root = root;
  }

  /**
   * In bytes; nothing where the system does not tell.
   *
   * @param root the folder that {@code proc} and {@code sys} are in
   */
  public static OptionalLong read(Path root) {
    AvailableMemory memory = new AvailableMemory(root);
    List<Long> known = new ArrayList<>();
    memory
        .lines("proc/meminfo")
        .forEach(line -> field(line, "MemAvailable:").ifPresent(it -> known.add(it * 1024)));
    for (String line : memory.lines(PROCESS_GROUPS)) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].isEmpty()) {
        memory.version2(parts[2], known);
      } else if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains("memory")) {
        memory.version1(known);
      }
    }
    return known.stream().mapToLong(Long::longValue).min();
  }

  /** A group is within those above it, and none may exceed its own limit. */
  private void version2(String group, List<Long> known) {
    Path top = root.resolve(GROUPS);
    Path folder = top.resolve(group.replaceFirst("^/+", "")).normalize();
    for (Path it = folder; it != null && it.startsWith(top); it = it.getParent()) {
      left(it, "memory.max", "memory.current", "inactive_file ", known);
    }
  }

  private void version1(List<Long> known) {
    left(
        root.resolve(GROUPS).resolve("memory"),
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file ",
        known);
  }

  private void left(Path folder, String limit, String used, String unused, List<Long> known) {
    OptionalLong most = number(folder.resolve(limit));
    OptionalLong now = number(folder.resolve(used));
    if (most.isEmpty() || now.isEmpty() || most.getAsLong() >= NO_LIMIT) {
      return;
    }
    long free = most.getAsLong() - now.getAsLong();
    for (String line : lines(folder.resolve("memory.stat"))) {
      free += field(line, unused).orElse(0);
    }
    known.add(Math.clamp(free, 0, most.getAsLong()));
  }

  private static OptionalLong field(String line, String name) {
    return line.startsWith(name)
        ? number(line.substring(name.length()).replace("kB", "").strip())
        : OptionalLong.empty();
  }

  private OptionalLong number(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? OptionalLong.empty() : number(lines.getFirst().strip());
  }

  /** Version 2 says {@code max} where there is no limit. */
  private static OptionalLong number(String text) {
    return text.matches("\\d{1,19}") && new java.math.BigInteger(text).bitLength() < Long.SIZE
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private List<String> lines(String file) {
    return lines(root.resolve(file));
  }

  /** What cannot be read is not known. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
