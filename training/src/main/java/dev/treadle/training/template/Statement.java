package dev.treadle.training.template;

import java.util.List;
import java.util.Optional;

/** A piece of a template that does something, with the line where it stands. */
sealed interface Statement {
  /** A text that is written as it is. */
  record Output(String text) implements Statement {}

  /** An expression whose text is written. */
  record Print(int line, Expression value) implements Statement {}

  /** Branches in order; the last one's condition may be missing. */
  record If(int line, List<Expression> conditions, List<List<Statement>> branches)
      implements Statement {}

  /** A loop. */
  record For(
      int line,
      List<String> names,
      Expression over,
      Optional<Expression> condition,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  /** {@code set a, b = value}. */
  record Set(int line, List<String> names, Expression value) implements Statement {}

  /** {@code set namespace.name = value}. */
  record SetIn(int line, String namespace, String name, Expression value) implements Statement {}

  /** {@code set name}…{@code endset}. */
  record SetBlock(int line, String name, List<Statement> body) implements Statement {}

  /** A macro and the values that its parameters have by themselves. */
  record Macro(
      int line,
      String name,
      List<String> parameters,
      List<Expression> defaults,
      List<Statement> body)
      implements Statement {}

  /** What a model said, marked for training: rendered as it stands. */
  record Generation(List<Statement> body) implements Statement {}

  /** Ends a loop, or goes on with its next entry. */
  record Leave(int line, boolean isBreak) implements Statement {}
}
