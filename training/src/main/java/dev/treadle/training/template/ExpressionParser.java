package dev.treadle.training.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads expressions with the precedence that Jinja gives its operators. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  /** What may follow a test's name without being its argument. */
  private static final Set<String> AFTER_TEST =
      Set.of("else", "or", "and", "is", "if", "in", "not");

  private final Tokens tokens;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** One expression; several with commas between them are a tuple. */
  Expression tuple() {
    int line = tokens.peek().line();
    Expression first = expression();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expression> entries = new ArrayList<>(List.of(first));
    while (tokens.takeOperator(",")) {
      if (isAtEnd()) {
        break;
      }
      entries.add(expression());
    }
    return new Expression.Items(line, entries, true);
  }

  private boolean isAtEnd() {
    Token.Kind kind = tokens.peek().kind();
    return kind == Token.Kind.BLOCK_END || kind == Token.Kind.PRINT_END || tokens.isOperator(")");
  }

  Expression expression() {
    tokens.enter();
    Expression it = or();
    while (tokens.isName("if")) {
      int line = tokens.next().line();
      Expression condition = or();
      Optional<Expression> otherwise =
          tokens.takeName("else") ? Optional.of(expression()) : Optional.empty();
      it = new Expression.Choice(line, condition, it, otherwise);
    }
    tokens.leave();
    return it;
  }

  /** An expression that no {@code if} may follow: it belongs to the loop. */
  Expression or() {
    Expression left = and();
    while (tokens.isName("or")) {
      left = new Expression.Binary(tokens.next().line(), "or", left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.isName("and")) {
      left = new Expression.Binary(tokens.next().line(), "and", left, not());
    }
    return left;
  }

  private Expression not() {
    if (tokens.isName("not")) {
      tokens.enter();
      Expression it = new Expression.Not(tokens.next().line(), not());
      tokens.leave();
      return it;
    }
    return comparison();
  }

  private Expression comparison() {
    int line = tokens.peek().line();
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      Token it = tokens.peek();
      if (it.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(it.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.takeName("in")) {
        operators.add("in");
      } else if (tokens.isName("not") && tokens.peekNext().is(Token.Kind.NAME, "in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      others.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparison(line, first, operators, others);
  }

  private Expression sum() {
    Expression left = joined();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      Token it = tokens.next();
      left = new Expression.Binary(it.line(), it.text(), left, joined());
    }
    return left;
  }

  private Expression joined() {
    Expression left = product();
    while (tokens.isOperator("~")) {
      left = new Expression.Binary(tokens.next().line(), "~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary(true);
    while (tokens.isOperator("*")
        || tokens.isOperator("/")
        || tokens.isOperator("//")
        || tokens.isOperator("%")
        || tokens.isOperator("**")) {
      Token it = tokens.next();
      if (it.text().equals("**")) {
        throw tokens.unsupported("the operator **");
      }
      left = new Expression.Binary(it.line(), it.text(), left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean takesFilters) {
    tokens.enter();
    Expression it;
    if (tokens.isOperator("-")) {
      it = new Expression.Negative(tokens.next().line(), unary(false));
    } else if (tokens.takeOperator("+")) {
      it = unary(false);
    } else {
      it = postfix(primary());
    }
    Expression result = takesFilters ? filtered(it) : it;
    tokens.leave();
    return result;
  }

  private Expression filtered(Expression of) {
    Expression it = of;
    while (true) {
      if (tokens.isOperator("|")) {
        int line = tokens.next().line();
        String name = tokens.name();
        it = new Expression.Filter(line, it, name, optionalArguments());
      } else if (tokens.isName("is")) {
        it = test(it);
      } else if (tokens.isOperator("(")) {
        it = new Expression.Call(tokens.peek().line(), it, arguments());
      } else {
        return it;
      }
    }
  }

  private Expression test(Expression of) {
    int line = tokens.next().line();
    boolean isNegated = tokens.takeName("not");
    String name = tokens.name();
    Expression.Arguments arguments = optionalArguments();
    Token next = tokens.peek();
    boolean hasOne =
        switch (next.kind()) {
          case NAME -> !AFTER_TEST.contains(next.text());
          case STRING, WHOLE, REAL -> true;
          case OPERATOR -> tokens.isOperator("[") || tokens.isOperator("{");
          case OUTPUT, BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, END -> false;
        };
    if (hasOne && arguments.equals(Expression.Arguments.NONE)) {
      arguments = new Expression.Arguments(List.of(postfix(primary())), Map.of());
    }
    Expression it = new Expression.Test(line, of, name, arguments);
    return isNegated ? new Expression.Not(line, it) : it;
  }

  private Expression postfix(Expression of) {
    Expression it = of;
    while (true) {
      int line = tokens.peek().line();
      if (tokens.takeOperator(".")) {
        Token name = tokens.next();
        it =
            switch (name.kind()) {
              case NAME -> new Expression.Attribute(line, it, name.text());
              case WHOLE -> new Expression.Item(line, it, number(name));
              case OUTPUT,
                  BLOCK_BEGIN,
                  BLOCK_END,
                  PRINT_BEGIN,
                  PRINT_END,
                  STRING,
                  REAL,
                  OPERATOR,
                  END ->
                  throw tokens.invalid("a name is expected after the dot");
            };
      } else if (tokens.takeOperator("[")) {
        it = subscript(line, it);
      } else if (tokens.isOperator("(")) {
        it = new Expression.Call(line, it, arguments());
      } else {
        return it;
      }
    }
  }

  private Expression subscript(int line, Expression of) {
    Optional<Expression> from = isSliceMark() ? Optional.empty() : Optional.of(expression());
    if (tokens.takeOperator("]")) {
      return new Expression.Item(line, of, from.orElseThrow(() -> tokens.invalid("an empty []")));
    }
    tokens.operator(":");
    Optional<Expression> to = isSliceMark() ? Optional.empty() : Optional.of(expression());
    Optional<Expression> step = Optional.empty();
    if (tokens.takeOperator(":") && !isSliceMark()) {
      step = Optional.of(expression());
    }
    tokens.operator("]");
    return new Expression.Slice(line, of, from, to, step);
  }

  private boolean isSliceMark() {
    return tokens.isOperator(":") || tokens.isOperator("]");
  }

  private Expression.Arguments optionalArguments() {
    return tokens.isOperator("(") ? arguments() : Expression.Arguments.NONE;
  }

  private Expression.Arguments arguments() {
    tokens.operator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.takeOperator(")")) {
      if (tokens.isOperator("*") || tokens.isOperator("**")) {
        throw tokens.unsupported("a call with * or **");
      }
      if (tokens.peek().kind() == Token.Kind.NAME
          && tokens.peekNext().is(Token.Kind.OPERATOR, "=")) {
        String name = tokens.name();
        tokens.next();
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!tokens.isOperator(")")) {
        tokens.operator(",");
      }
    }
    return new Expression.Arguments(positional, named);
  }

  private Expression primary() {
    Token it = tokens.next();
    return switch (it.kind()) {
      case NAME -> name(it);
      case STRING -> new Expression.Literal(it.line(), new Value.Text(strings(it)));
      case WHOLE -> number(it);
      case REAL ->
          new Expression.Literal(
              it.line(), new Value.Real(Double.parseDouble(it.text().replace("_", ""))));
      case OPERATOR -> bracketed(it);
      case OUTPUT, BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, END ->
          throw tokens.invalid("an expression is expected, not '" + it.text() + "'");
    };
  }

  private static Expression name(Token it) {
    return switch (it.text()) {
      case "true", "True" -> new Expression.Literal(it.line(), new Value.Truth(true));
      case "false", "False" -> new Expression.Literal(it.line(), new Value.Truth(false));
      case "none", "None" -> new Expression.Literal(it.line(), new Value.None());
      default -> new Expression.Name(it.line(), it.text());
    };
  }

  private Expression number(Token it) {
    try {
      return new Expression.Literal(
          it.line(), new Value.Whole(Long.parseLong(it.text().replace("_", ""))));
    } catch (NumberFormatException e) {
      throw tokens.unsupported("the number " + it.text());
    }
  }

  /** Texts that follow each other are one. */
  private String strings(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (tokens.peek().kind() == Token.Kind.STRING) {
      text.append(tokens.next().text());
    }
    return text.toString();
  }

  private Expression bracketed(Token open) {
    switch (open.text()) {
      case "(" -> {
        if (tokens.takeOperator(")")) {
          return new Expression.Items(open.line(), List.of(), true);
        }
        Expression it = tuple();
        tokens.operator(")");
        return it;
      }
      case "[" -> {
        List<Expression> entries = new ArrayList<>();
        while (!tokens.takeOperator("]")) {
          entries.add(expression());
          if (!tokens.isOperator("]")) {
            tokens.operator(",");
          }
        }
        return new Expression.Items(open.line(), entries, false);
      }
      case "{" -> {
        return entries(open.line());
      }
      default -> throw tokens.invalid("an expression is expected, not '" + open.text() + "'");
    }
  }

  private Expression entries(int line) {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.takeOperator("}")) {
      keys.add(expression());
      tokens.operator(":");
      values.add(expression());
      if (!tokens.isOperator("}")) {
        tokens.operator(",");
      }
    }
    return new Expression.Entries(line, keys, values);
  }
}
