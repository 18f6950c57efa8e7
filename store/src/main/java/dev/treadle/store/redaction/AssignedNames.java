package dev.treadle.store.redaction;

import java.util.Locale;
import java.util.Set;

/**
 * Reads the word around a telling name, and tells names of secrets from {@code max_tokens} and
 * {@code password_hash}.
 */
final class AssignedNames {
  private static final int MAX_REST = 24;

  /** What may follow the telling part in a name, with joints and digits taken out. */
  private static final Set<String> RESTS =
      Set.of(
          """
          key value val base keybase prod production dev development test staging live str string raw
          plain plaintext text new old root admin env var accesskey
          """
              .split("\\s+"));

  /** What makes a token no credential when it comes before. */
  private static final Set<String> OTHER_TOKENS =
      Set.of(
          """
          eos bos pad unk sep cls mask special stop page next continuation sync cancel cancellation
          per input output prompt completion num max min total image start end think eot first last
          syntax sub current new resume cursor pagination thinking of
          """
              .split("\\s+"));

  private final Subject subject;

  AssignedNames(Subject subject) {
    this.subject = subject;
  }

  /** Where the whole name ends, or -1 when it is not one of a secret. */
  int end(Assignments.Strength strength, int start, int telling) {
    int end = subject.runEnd(Alphabet.URL64, telling, MAX_REST + 1);
    int size = end - telling;
    if (size > MAX_REST || (strength == Assignments.Strength.TOKEN && isOtherToken(start))) {
      return -1;
    }
    if (subject.at(telling - 1) == 'd'
        && subject.at(telling - 2) == 'w'
        && subject.at(telling - 3) == 'p'
        && isShellDirectory(start)) {
      return -1;
    }
    return size == 0 || allows(telling, end) ? end : -1;
  }

  /**
   * Whether the name around {@code start} is in capitals, as those of environment variables are.
   */
  boolean isConstant(int start) {
    char c = subject.at(start);
    return c >= 'A' && c <= 'Z' && subject.at(start + 1) >= 'A' && subject.at(start + 1) <= 'Z';
  }

  private boolean allows(int from, int end) {
    StringBuilder rest = new StringBuilder(MAX_REST);
    for (int i = from; i < end; i++) {
      char c = subject.at(i);
      if (Alphabet.LETTER.has(c)) {
        rest.append((char) (c | 32));
      }
    }
    return rest.isEmpty() || RESTS.contains(rest.toString());
  }

  private boolean isShellDirectory(int start) {
    return subject.at(start - 1) == '$';
  }

  private boolean isOtherToken(int start) {
    int end = start;
    while (subject.at(end - 1) == '_' || subject.at(end - 1) == '-') {
      end--;
    }
    int from = end;
    while (from > end - 14 && subject.has(Alphabet.LETTER, from - 1)) {
      char c = subject.at(from - 1);
      from--;
      if (c >= 'A' && c <= 'Z' && subject.at(from - 1) >= 'a') {
        break;
      }
    }
    return OTHER_TOKENS.contains(subject.slice(from, end).toLowerCase(Locale.ROOT));
  }
}
