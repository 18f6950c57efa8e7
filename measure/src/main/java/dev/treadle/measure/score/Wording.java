package dev.treadle.measure.score;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares answers word by word, but for case, width, articles and the punctuation around them. */
final class Wording {
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");
  private static final Set<String> YES =
      Set.of("yes", "yep", "yeah", "true", "correct", "是", "是的", "对", "正确");
  private static final Set<String> NO =
      Set.of(
          "no", "nope", "nah", "false", "incorrect", "not", "否", "不是", "不", "错", "错误", "不对", "非");
  private static final String[] COPULAS = {" is ", " are ", " was ", " were ", " it's ", "是", "为"};
  private static final Set<String> VERBS =
      Set.of("is", "are", "was", "were", "can", "could", "will", "would", "should", "has", "must");
  private static final Set<String> PLACED = Set.of("located", "situated");
  private static final Pattern DONE = Pattern.compile("(?:(\\w{2,20}) )?(?:by|in|on|at)");
  private static final Pattern ASKING =
      Pattern.compile(
          "^(?:.{0,5}(?:[几谁哪何]|什么|多少).{0,5}|who|(?:what|which)(?: \\w{1,20})?|where|when)$");
  private static final int MOST_QUESTION = 1000;

  private Wording() {}

  /** The words, in lower case, with single blanks between them. */
  static String normal(String text) {
    String plain = Latex.plain(text);
    String low = Normalizer.normalize(plain, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    String width = Dates.plain(Numerals.chinese(low));
    StringBuilder out = new StringBuilder(width.length());
    for (int i = 0; i < width.length(); i++) {
      char c = width.charAt(i);
      boolean isInner =
          ".,'/:+%°$€£#=<>^&@".indexOf(c) >= 0
              && i > 0
              && i + 1 < width.length()
              && !Character.isWhitespace(width.charAt(i - 1))
              && !Character.isWhitespace(width.charAt(i + 1));
      boolean isKept =
          Character.isLetterOrDigit(c)
              || (c > 0x2fff && !isPunctuation(c))
              || isInner
              || "+%°$€£#=<>".indexOf(c) >= 0;
      out.append(isKept ? c : ' ');
    }
    List<String> words = new ArrayList<>();
    for (String word : out.toString().split(" ", -1)) {
      if (!word.isEmpty() && !(ARTICLES.contains(word) && !out.toString().strip().equals(word))) {
        words.add(word);
      }
    }
    return String.join(" ", words);
  }

  private static boolean isPunctuation(char c) {
    int type = Character.getType(c);
    return type == Character.OTHER_PUNCTUATION
        || type == Character.START_PUNCTUATION
        || type == Character.END_PUNCTUATION
        || type == Character.SPACE_SEPARATOR
        || type == Character.INITIAL_QUOTE_PUNCTUATION
        || type == Character.FINAL_QUOTE_PUNCTUATION;
  }

  /** Whether an answer says, in the end, what the reference says. */
  static boolean matches(String question, String answer, String reference) {
    String wanted = normal(reference);
    boolean isPolar = YES.contains(wanted) || NO.contains(wanted);
    String said = FinalAnswer.spoken(answer);
    if (wanted.isEmpty()) {
      return said.strip().equals(reference.strip());
    }
    if (normal(said).equals(wanted)) {
      return true;
    }
    if (isPolar) {
      Optional<Boolean> says = polarity(said).or(() -> restated(question, said));
      return says.isPresent() && says.get() == YES.contains(wanted);
    }
    Optional<FinalAnswer.Place> place = FinalAnswer.of(answer);
    if (place.isEmpty()) {
      return false;
    }
    String statement = place.get().text();
    return normal(statement).equals(wanted)
        || (!place.get().isMarked() && behindCopula(question, statement, wanted))
        || Dates.only(statement).filter(wanted::equals).isPresent()
        || answersInFull(question, statement, wanted)
        || sameList(statement, reference);
  }

  /** The question itself, with the reference in place of the word that asks. */
  private static boolean answersInFull(String question, String statement, String wanted) {
    String asked = normal(question).replaceFirst("[呢呀]$", "");
    String said = normal(statement);
    int at = said.indexOf(wanted);
    if (at < 0 || asked.length() > MOST_QUESTION) {
      return false;
    }
    String before = said.substring(0, at);
    String behind = said.substring(at + wanted.length());
    int length = asked.length() - before.length() - behind.length();
    return length > 0
        && length < 30
        && asked.startsWith(before)
        && asked.endsWith(behind)
        && ASKING
            .matcher(asked.substring(before.length(), before.length() + length).strip())
            .find();
  }

  /** Whether yes or no was said last, at the beginning of a sentence or as one. */
  private static Optional<Boolean> polarity(String said) {
    Optional<Boolean> says = Optional.empty();
    String text =
        said.toLowerCase(Locale.ROOT)
            .replace("**", "")
            .replace(" because ", ", because ")
            .replace(" - ", ", ");
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      boolean isEnd = i == text.length() || ".,;:!?\n，。；：！？—–".indexOf(text.charAt(i)) >= 0;
      if (isEnd) {
        String clause = text.substring(from, Math.min(i, from + 60)).strip();
        int last = clause.startsWith("the answer is ") ? 14 : clause.startsWith("答案是") ? 3 : 0;
        String word = clause.substring(last).strip();
        if (YES.contains(word)) {
          says = Optional.of(true);
        } else if (NO.contains(word)) {
          says = Optional.of(false);
        }
        from = i + 1;
      }
    }
    return says;
  }

  /** "The number is not even." where it was asked "Is the number even?"; 是偶数 for 是偶数吗. */
  private static Optional<Boolean> restated(String question, String said) {
    String asked = normal(question);
    String stated = normal(said);
    if (asked.length() > MOST_QUESTION || stated.length() > MOST_QUESTION) {
      return Optional.empty();
    }
    if (asked.endsWith("吗")) {
      String claim = asked.substring(0, asked.length() - 1);
      boolean isClaim = stated.length() > 1 && claim.endsWith(stated);
      String undenied = stated.replaceFirst("[不没]", "");
      boolean isDenial = undenied.length() < stated.length() && claim.endsWith(undenied);
      return isClaim == isDenial ? Optional.empty() : Optional.of(isClaim);
    }
    int blank = asked.indexOf(' ');
    if (blank < 0 || !VERBS.contains(asked.substring(0, blank))) {
      return Optional.empty();
    }
    String verb = " " + asked.substring(0, blank) + " ";
    String claim = (" " + stated + " ").replace("n't ", " not ").replace(" cannot ", " can not ");
    int at = claim.indexOf(verb);
    if (at < 0) {
      return Optional.empty();
    }
    String rest = claim.substring(at + verb.length());
    boolean isDenied = rest.startsWith("not ");
    String whole = claim.substring(0, at + 1) + (isDenied ? rest.substring(4) : rest);
    return whole.strip().equals(asked.substring(blank + 1))
        ? Optional.of(!isDenied)
        : Optional.empty();
  }

  /** "The capital of France is Paris." and, where the question asks so, "Paris is the capital." */
  private static boolean behindCopula(String question, String statement, String wanted) {
    String low = " " + statement.toLowerCase(Locale.ROOT);
    boolean isNegated = low.contains(" not ") || low.contains("n't ") || low.contains("不");
    for (String copula : COPULAS) {
      int at = low.indexOf(copula);
      if (at < 0 || isNegated || low.length() != statement.length() + 1) {
        continue;
      }
      String head = statement.substring(0, Math.max(0, at - 1));
      String tail = statement.substring(Math.min(statement.length(), at + copula.length() - 1));
      boolean isAsked =
          !tail.isBlank()
              && List.of(normal(question).split(" ", -1))
                  .containsAll(List.of(normal(tail).split(" ", -1)));
      if (normal(tail).equals(wanted)
          || isDoneBy(question, tail, wanted)
          || (isAsked && normal(head).equals(wanted))) {
        return true;
      }
    }
    return false;
  }

  /** "was written by …", "is located in …": what was asked for, and nothing else in between. */
  private static boolean isDoneBy(String question, String tail, String wanted) {
    String said = normal(tail);
    if (!said.endsWith(" " + wanted)) {
      return false;
    }
    Matcher done = DONE.matcher(said.substring(0, said.length() - wanted.length() - 1));
    List<String> asked = List.of(normal(question).split(" ", -1));
    if (!done.matches()) {
      return false;
    }
    String participle = done.group(1);
    return participle == null
        ? asked.stream().noneMatch(it -> it.matches("\\w+(?:ed|en|rn|wn)"))
        : PLACED.contains(participle)
            || asked.stream().anyMatch(it -> it.startsWith(participle.substring(0, 2)));
  }

  /** Three things and more, in any order. */
  private static boolean sameList(String one, String other) {
    List<String> ones = items(one);
    List<String> others = items(other);
    return others.size() > 2 && ones.equals(others);
  }

  private static List<String> items(String text) {
    return List.of(Signs.plain(text).replace(" and ", ", ").split("[,;]", -1)).stream()
        .map(Wording::normal)
        .filter(it -> !it.isEmpty())
        .sorted()
        .toList();
  }
}
