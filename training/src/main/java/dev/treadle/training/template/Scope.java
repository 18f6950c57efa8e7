package dev.treadle.training.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of a part of a template; what is not here is looked for around it. */
final class Scope {
  private final @Nullable Scope around;
  private final Map<String, Value> variables = new HashMap<>();

  Scope(@Nullable Scope around) {
    this.around = around;
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }

  Value get(String name) {
    for (Scope it = this; it != null; it = it.around) {
      Value value = it.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return new Value.Undefined(name);
  }
}
