package dev.treadle.training.adapter;

import java.util.List;
import java.util.regex.Pattern;

/** Which modules an adapter aims at, in the three ways that PEFT knows. */
public sealed interface Targets {
  /** The whole name of a module, or its end after a dot. */
  record Names(List<String> names) implements Targets {
    public Names {
      names = List.copyOf(names);
    }
  }

  /** An expression that the whole name of a module must match. */
  record Expression(String regex) implements Targets {
    public Expression {
      Pattern.compile(regex);
    }
  }

  /** Every linear module but the output head. */
  record AllLinear() implements Targets {}

  /** Whether a module is meant, by its name in the base model; which ones are linear is known. */
  default boolean matches(String module, List<String> linear) {
    return switch (this) {
      case Names it ->
          it.names().contains(module)
              || it.names().stream().anyMatch(name -> module.endsWith("." + name));
      case Expression it -> BoundedText.matches(it.regex(), module);
      case AllLinear _ -> linear.contains(module);
    };
  }
}
