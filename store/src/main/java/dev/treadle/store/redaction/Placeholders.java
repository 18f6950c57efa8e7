package dev.treadle.store.redaction;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Knows placeholders: our own, and what people write where a secret would stand. */
final class Placeholders {
  private static final int MAX_DIGITS = 6;
  private static final int MAX_WORD = 16;

  /** Values that are words of forms, manuals and type systems. */
  private static final Set<String> WORDS =
      Set.of(
          """
          password passwd pass pwd passwort passphrase secret token key apikey api_key api-key none
          null nil undefined true false yes no on off string str text int integer number boolean bool
          bytes object any char varchar required optional default empty disabled enabled unset
          unknown hidden masked redacted removed omitted changeme changeit change_me change-me
          placeholder example sample dummy fake todo fixme tbd n/a foo bar foobar baz test testing
          user username admin basic bearer digest oauth oauth2 jwt value mypassword my_password
          mysecret my_secret mytoken credentials pa55word p@ssw0rd passw0rd password1 password123
          secret123 token123 user:pass notasecret supersecret private public prompt file env
          environment vault const readonly self this await async new
          """
              .split("\\s+"));

  /** Parts that give a placeholder away wherever they stand. */
  private static final Automaton PARTS =
      new Automaton(
          List.of(
              "your_",
              "your-",
              "_your",
              "-your",
              "example",
              "placeholder",
              "changeme",
              "change_me",
              "change-me",
              "replace",
              "redacted",
              "insert_",
              "insert-",
              "_here",
              "-here",
              "xxxx",
              "****",
              "...",
              "***",
              "goes_here",
              "my_password",
              "my-password",
              "notreal",
              "<",
              "todo_",
              "dummy_",
              "dummy-",
              "sample_"),
          "");

  private final Subject subject;

  /** Where the last of our placeholders ends. */
  private int end;

  Placeholders(Subject subject) {
    this.subject = subject;
  }

  void reset() {
    end = 0;
  }

  /** Whether {@code position} lies in one of our placeholders that was noted. */
  boolean covers(int position) {
    return position < end;
  }

  /**
   * Notes the placeholder of ours that opens with {@code <SECRET:} or {@code <PII:} at {@code
   * start}, if it is one.
   */
  void note(int start, Findings findings) {
    for (Family family : Family.values()) {
      if (subject.starts(family.opening(), start)) {
        int from = start + family.opening().length();
        int digits = subject.runEnd(Alphabet.DIGIT, from, MAX_DIGITS + 1);
        if (digits > from && digits - from <= MAX_DIGITS && subject.at(digits) == '>') {
          end = digits + 1;
          findings.addPlaceholder(
              start, end, family, Integer.parseInt(subject.slice(from, digits)));
        }
        return;
      }
    }
  }

  /** Whether the value {@code [start, stop)} only stands for a secret. */
  boolean isPlaceholder(int start, int stop) {
    if (stop <= start || isReference(start, stop)) {
      return true;
    }
    if (stop - start > 80) {
      return false;
    }
    return PARTS.occursIn(subject, start, stop)
        || startsLikeOne(start)
        || isRepeated(start, stop)
        || (stop - start <= MAX_WORD
            && WORDS.contains(subject.slice(start, stop).toLowerCase(Locale.ROOT)));
  }

  /** A variable, a template's hole, a format directive or an angle bracket. */
  private boolean isReference(int start, int stop) {
    char first = subject.at(start);
    char second = stop - start > 1 ? subject.at(start + 1) : 0;
    char last = subject.at(stop - 1);
    return switch (first) {
      case '$' -> second == '{' || second == '(' || second == '$' || isName(start + 1, stop);
      case '%' ->
          second == '('
              || second == '{'
              || stop - start == 2
              || (last == '%' && isName(start + 1, stop - 1));
      case '#' -> second == '{';
      case '{', '<', '[' ->
          last == closing(first) || first == '<' || second == first || second == '%';
      case '@' -> second == '{' || second == '@';
      default -> false;
    };
  }

  private boolean isName(int start, int stop) {
    return stop > start
        && !subject.has(Alphabet.DIGIT, start)
        && subject.runEnd(Alphabet.WORD, start, stop - start) == stop;
  }

  private static char closing(char open) {
    return open == '{' ? '}' : open == '[' ? ']' : '>';
  }

  private boolean isRepeated(int start, int stop) {
    for (int i = start + 1; i < stop; i++) {
      if (subject.at(i) != subject.at(start)) {
        return false;
      }
    }
    return true;
  }

  private boolean startsLikeOne(int start) {
    return subject.startsIgnoringCase("your", start)
        || subject.startsIgnoringCase("sample", start)
        || subject.startsIgnoringCase("dummy", start);
  }
}
