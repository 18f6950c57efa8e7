package dev.treadle.training.template;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.util.List;

/** Tokens that are read one after the other. */
final class Tokens {
  private static final int MAX_DEPTH = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekNext() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token it = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return it;
  }

  boolean isOperator(String text) {
    return peek().is(Token.Kind.OPERATOR, text);
  }

  boolean isName(String text) {
    return peek().is(Token.Kind.NAME, text);
  }

  boolean takeOperator(String text) {
    boolean is = isOperator(text);
    if (is) {
      next();
    }
    return is;
  }

  boolean takeName(String text) {
    boolean is = isName(text);
    if (is) {
      next();
    }
    return is;
  }

  String name() {
    return expect(Token.Kind.NAME, "a name").text();
  }

  void operator(String text) {
    if (!takeOperator(text)) {
      throw invalid("'" + text + "' is expected, not '" + peek().text() + "'");
    }
  }

  Token expect(Token.Kind kind, String what) {
    if (peek().kind() != kind) {
      throw invalid(what + " is expected, not '" + peek().text() + "'");
    }
    return next();
  }

  /** A template is input from outside: it may not nest without end. */
  void enter() {
    depth++;
    if (depth > MAX_DEPTH) {
      throw TrainingError.TEMPLATE_TOO_MUCH.because(
          "the chat template nests over " + MAX_DEPTH + " deep, line " + peek().line());
    }
  }

  void leave() {
    depth--;
  }

  TreadleException invalid(String what) {
    return TrainingError.TEMPLATE_INVALID.because(
        "the chat template is not valid, line " + peek().line() + ": " + what);
  }

  TreadleException unsupported(String what) {
    return TrainingError.TEMPLATE_UNSUPPORTED.because(
        "the chat template uses what is not supported, line " + peek().line() + ": " + what);
  }
}
