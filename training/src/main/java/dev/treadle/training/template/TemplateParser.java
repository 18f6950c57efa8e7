package dev.treadle.training.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a template's statements. */
final class TemplateParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  private TemplateParser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static List<Statement> parse(String template) {
    TemplateParser it = new TemplateParser(new Tokens(Lexer.tokens(template)));
    List<Statement> statements = it.until(Set.of());
    if (it.tokens.peek().kind() != Token.Kind.END) {
      throw it.tokens.invalid("'" + it.tokens.peekNext().text() + "' has no beginning");
    }
    return statements;
  }

  /** Statements up to a tag with one of these names, which is not read; or up to the end. */
  private List<Statement> until(Set<String> ends) {
    List<Statement> statements = new ArrayList<>();
    tokens.enter();
    while (true) {
      Token it = tokens.peek();
      switch (it.kind()) {
        case OUTPUT -> statements.add(new Statement.Output(tokens.next().text()));
        case PRINT_BEGIN -> {
          tokens.next();
          statements.add(new Statement.Print(it.line(), expressions.tuple()));
          tokens.expect(Token.Kind.PRINT_END, "}}");
        }
        case BLOCK_BEGIN -> {
          if (ends.contains(tokens.peekNext().text()) || isEnding(tokens.peekNext().text())) {
            tokens.leave();
            return statements;
          }
          tokens.next();
          statements.add(statement());
        }
        case END -> {
          if (!ends.isEmpty()) {
            throw tokens.invalid("the end comes before " + String.join(" or ", ends));
          }
          tokens.leave();
          return statements;
        }
        case BLOCK_END, PRINT_END, NAME, STRING, WHOLE, REAL, OPERATOR ->
            throw tokens.invalid("an unexpected '" + it.text() + "'");
      }
    }
  }

  private static boolean isEnding(String name) {
    return name.startsWith("end") || name.equals("else") || name.equals("elif");
  }

  private Statement statement() {
    Token name = tokens.expect(Token.Kind.NAME, "a statement");
    Statement it =
        switch (name.text()) {
          case "if" -> branches(name.line());
          case "for" -> loop(name.line());
          case "set" -> set(name.line());
          case "macro" -> macro(name.line());
          case "generation" -> {
            endOfTag();
            List<Statement> body = until(Set.of("endgeneration"));
            end("endgeneration");
            yield new Statement.Generation(body);
          }
          case "break" -> new Statement.Leave(name.line(), true);
          case "continue" -> new Statement.Leave(name.line(), false);
          default -> throw tokens.unsupported("the statement '" + name.text() + "'");
        };
    endOfTag();
    return it;
  }

  private void endOfTag() {
    tokens.expect(Token.Kind.BLOCK_END, "the end of the tag");
  }

  /** Reads the beginning of a tag and its name; the end of the tag is left. */
  private void end(String name) {
    tokens.next();
    if (!tokens.takeName(name)) {
      throw tokens.invalid(name + " is expected, not '" + tokens.peek().text() + "'");
    }
  }

  private Statement branches(int line) {
    List<Expression> conditions = new ArrayList<>();
    List<List<Statement>> branches = new ArrayList<>();
    conditions.add(expressions.tuple());
    while (true) {
      endOfTag();
      branches.add(until(Set.of("elif", "else", "endif")));
      tokens.next();
      if (tokens.takeName("elif")) {
        conditions.add(expressions.tuple());
      } else if (tokens.takeName("else")) {
        endOfTag();
        branches.add(until(Set.of("endif")));
        end("endif");
        return new Statement.If(line, conditions, branches);
      } else if (tokens.takeName("endif")) {
        return new Statement.If(line, conditions, branches);
      } else {
        throw tokens.invalid("endif is expected, not '" + tokens.peek().text() + "'");
      }
    }
  }

  private Statement loop(int line) {
    List<String> names = names();
    if (!tokens.takeName("in")) {
      throw tokens.invalid("'in' is expected, not '" + tokens.peek().text() + "'");
    }
    Expression over = expressions.or();
    Optional<Expression> condition =
        tokens.takeName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    if (tokens.isName("recursive")) {
      throw tokens.unsupported("a recursive loop");
    }
    endOfTag();
    List<Statement> body = until(Set.of("else", "endfor"));
    List<Statement> otherwise = List.of();
    tokens.next();
    if (tokens.takeName("else")) {
      endOfTag();
      otherwise = until(Set.of("endfor"));
      tokens.next();
    }
    if (!tokens.takeName("endfor")) {
      throw tokens.invalid("endfor is expected, not '" + tokens.peek().text() + "'");
    }
    return new Statement.For(line, names, over, condition, body, otherwise);
  }

  private List<String> names() {
    boolean isBracketed = tokens.takeOperator("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(tokens.name());
    } while (tokens.takeOperator(","));
    if (isBracketed) {
      tokens.operator(")");
    }
    return names;
  }

  private Statement set(int line) {
    if (tokens.peekNext().is(Token.Kind.OPERATOR, ".")) {
      String namespace = tokens.name();
      tokens.next();
      String name = tokens.name();
      tokens.operator("=");
      return new Statement.SetIn(line, namespace, name, expressions.tuple());
    }
    List<String> names = names();
    if (tokens.takeOperator("=")) {
      return new Statement.Set(line, names, expressions.tuple());
    }
    if (tokens.peek().kind() != Token.Kind.BLOCK_END || names.size() != 1) {
      throw tokens.unsupported("set with '" + tokens.peek().text() + "'");
    }
    endOfTag();
    List<Statement> body = until(Set.of("endset"));
    end("endset");
    return new Statement.SetBlock(line, names.getFirst(), body);
  }

  private Statement macro(int line) {
    String name = tokens.name();
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.operator("(");
    while (!tokens.takeOperator(")")) {
      parameters.add(tokens.name());
      if (tokens.takeOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.invalid("a parameter without a value of its own after one with");
      }
      if (!tokens.isOperator(")")) {
        tokens.operator(",");
      }
    }
    endOfTag();
    List<Statement> body = until(Set.of("endmacro"));
    end("endmacro");
    tokens.takeName(name);
    return new Statement.Macro(line, name, parameters, defaults, body);
  }
}
