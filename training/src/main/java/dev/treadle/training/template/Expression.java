package dev.treadle.training.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An expression of a template, with the line where it stands. */
sealed interface Expression {
  int line();

  /** A value that stands there as it is. */
  record Literal(int line, Value value) implements Expression {}

  /** A variable. */
  record Name(int line, String name) implements Expression {}

  /** A list or a tuple. */
  record Items(int line, List<Expression> entries, boolean isTuple) implements Expression {}

  /** A dictionary. */
  record Entries(int line, List<Expression> keys, List<Expression> values) implements Expression {}

  /** {@code of.name}: a method or attribute first, then an entry. */
  record Attribute(int line, Expression of, String name) implements Expression {}

  /** {@code of[at]}: an entry first, then an attribute. */
  record Item(int line, Expression of, Expression at) implements Expression {}

  /** {@code of[from:to:step]}. */
  record Slice(
      int line,
      Expression of,
      Optional<Expression> from,
      Optional<Expression> to,
      Optional<Expression> step)
      implements Expression {}

  /** A call of a function, macro or method. */
  record Call(int line, Expression of, Arguments arguments) implements Expression {}

  /** {@code of | name(…)}. */
  record Filter(int line, Expression of, String name, Arguments arguments) implements Expression {}

  /** {@code of is name(…)}. */
  record Test(int line, Expression of, String name, Arguments arguments) implements Expression {}

  /** {@code not of}. */
  record Not(int line, Expression of) implements Expression {}

  /** {@code -of}. */
  record Negative(int line, Expression of) implements Expression {}

  /** Two values and what stands between them. */
  record Binary(int line, String operator, Expression left, Expression right)
      implements Expression {}

  /** {@code a < b <= c}. */
  record Comparison(int line, Expression first, List<String> operators, List<Expression> others)
      implements Expression {}

  /** {@code then if condition else otherwise}. */
  record Choice(int line, Expression condition, Expression then, Optional<Expression> otherwise)
      implements Expression {}

  /** What a call is given. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}
