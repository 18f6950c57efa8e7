package dev.treadle.transcript.dialect;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The names of what a translation could not say, each once, in the order they were met. */
final class Losses {
  private final Set<String> names = new LinkedHashSet<>();

  void add(String name) {
    names.add(name);
  }

  /** Names every field that says something. */
  void addAll(String prefix, Map<String, JsonNode> fields) {
    fields.forEach(
        (name, value) -> {
          if (!Fields.isEmpty(value)) {
            names.add(prefix + name);
          }
        });
  }

  List<String> names() {
    return List.copyOf(names);
  }
}
