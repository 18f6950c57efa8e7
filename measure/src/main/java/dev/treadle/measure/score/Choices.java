package dev.treadle.measure.score;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The options that a question lists, and which of them an answer chooses.
 *
 * @param byLetter their texts; empty where the question lists none
 */
record Choices(Map<Character, String> byLetter) {
  private static final String[] MARKS = {
    "final answer is",
    "answer is",
    "answers are",
    "answers:",
    "answer:",
    "answer",
    "option",
    "choice",
    "choose",
    "pick",
    "select",
    "答案是",
    "答案为",
    "答案:",
    "答案",
    "应选",
    "选择",
    "选项",
    "故选",
    "选"
  };

  /** A statement with one of these does not say which option is chosen. */
  private static final String[] NEGATIONS = {
    " not ",
    "n't ",
    "wrong",
    "incorrect",
    " false",
    "rule out",
    "ruled out",
    "eliminate",
    "except",
    "unlike",
    "错",
    "不",
    "除",
    "非"
  };

  private static final Pattern LETTER_A =
      Pattern.compile("\\bA\\b(?: or | and | & |,|[和与或及、])|(?:or |and |& |, ?|[和与或及、])A\\b");
  private static final Pattern AMONG_CHINESE =
      Pattern.compile("\\p{IsHan}A(?![A-Za-z])|(?<![A-Za-z])A\\p{IsHan}");
  private static final int MOST = 12;

  /** Reads the options of a question: {@code A. …}, {@code (a) …}, {@code A、…}. */
  static Choices of(String question) {
    Map<Character, String> options = new LinkedHashMap<>();
    String text = "\n" + question.substring(Math.max(0, question.length() - 20_000));
    int from = -1;
    char letter = 'A';
    for (int i = 1; i < text.length() && options.size() < MOST; i++) {
      int end = labelEnd(text, i, letter);
      if (end > 0) {
        if (from > 0) {
          options.put((char) (letter - 1), text.substring(from, i).strip());
        }
        from = end;
        letter++;
        i = end - 1;
      }
    }
    if (from > 0) {
      int line = text.indexOf("\n\n", from);
      options.put(
          (char) (letter - 1), text.substring(from, line < 0 ? text.length() : line).strip());
    }
    return new Choices(options.size() < 2 ? Map.of() : options);
  }

  /** Where the label of that letter ends that begins at {@code i}; 0 where there is none. */
  private static int labelEnd(String text, int i, char letter) {
    char before = text.charAt(i - 1);
    if (!Character.isWhitespace(before)) {
      return 0;
    }
    boolean isOpen = text.charAt(i) == '(' || text.charAt(i) == '（';
    int at = isOpen ? i + 1 : i;
    if (at + 1 >= text.length() || Character.toUpperCase(text.charAt(at)) != letter) {
      return 0;
    }
    String ends = isOpen ? ")）" : ".):、．：）";
    return ends.indexOf(text.charAt(at + 1)) >= 0 ? at + 2 : 0;
  }

  boolean isEmpty() {
    return byLetter.isEmpty();
  }

  /** The letters that a reference names; none where it names none. */
  Set<Character> wanted(String reference) {
    Set<Character> letters = letters(trimmed(Latex.plain(reference)), true);
    if (!letters.isEmpty() && (isEmpty() || byLetter.keySet().containsAll(letters))) {
      return letters;
    }
    String normal = Wording.normal(reference);
    TreeSet<Character> named = new TreeSet<>();
    byLetter.forEach(
        (letter, text) -> {
          if (Wording.normal(text).equals(normal)) {
            named.add(letter);
          }
        });
    return named.isEmpty() ? leading(reference) : named;
  }

  /** {@code B) Jupiter}. */
  private Set<Character> leading(String text) {
    Set<Character> first = letters(text.strip(), false);
    return first.size() == 1 && labelEnd("\n" + text.strip(), 1, upper(text.strip())) > 0
        ? first
        : Set.of();
  }

  private static char upper(String text) {
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    return Character.toUpperCase(first == '(' && text.length() > 1 ? text.charAt(1) : first);
  }

  /** The letters that an answer chooses; none where that cannot be told. */
  Set<Character> chosen(String answer) {
    String said = Signs.plain(FinalAnswer.spoken(answer)).replace("*", "").replace("`", "").strip();
    Optional<FinalAnswer.Place> place = FinalAnswer.of(answer);
    if (place.isPresent() && place.get().isMarked() && answer.contains("\\boxed")) {
      Set<Character> boxed = byText(Latex.plain(place.get().text()).strip());
      if (!boxed.isEmpty()) {
        return boxed;
      }
    }
    Set<Character> whole = said.length() < 400 ? byText(said) : Set.of();
    if (!whole.isEmpty()) {
      return whole;
    }
    Set<Character> marked = marked(said);
    if (!marked.isEmpty()) {
      return marked;
    }
    Set<Character> concluded =
        FinalAnswer.lastStatement(said, false).map(it -> byText(it.text())).orElse(Set.of());
    if (!concluded.isEmpty()) {
      return concluded;
    }
    Set<Character> spokenOf =
        FinalAnswer.lastStatement(said, false).map(it -> mentioned(it.text())).orElse(Set.of());
    if (!spokenOf.isEmpty()) {
      return spokenOf;
    }
    String line = said.substring(said.lastIndexOf('\n') + 1).strip();
    Set<Character> last = byText(line);
    return last.isEmpty() ? mentioned(line) : last;
  }

  /** The whole text names letters, begins with one as a label, or is an option's text. */
  private Set<Character> byText(String text) {
    Set<Character> letters = letters(trimmed(text), true);
    if (!letters.isEmpty()) {
      return letters;
    }
    String normal = Wording.normal(text);
    for (Map.Entry<Character, String> option : byLetter.entrySet()) {
      if (Wording.normal(option.getValue()).equals(normal)) {
        return Set.of(option.getKey());
      }
    }
    return leading(text);
  }

  private static String trimmed(String text) {
    String s = text.strip();
    while (!s.isEmpty() && ".,;!? ".indexOf(s.charAt(s.length() - 1)) >= 0) {
      s = s.substring(0, s.length() - 1);
    }
    return s;
  }

  /** Behind the last word that announces a choice. */
  private Set<Character> marked(String said) {
    String low = said.toLowerCase(Locale.ROOT);
    if (low.length() != said.length()) {
      return Set.of();
    }
    TreeSet<Integer> ends = new TreeSet<>();
    for (String mark : MARKS) {
      for (int at = low.lastIndexOf(mark), tries = 0;
          at >= 0 && tries < 20;
          at = low.lastIndexOf(mark, at - 1), tries++) {
        if (!isDenied(low, at)) {
          ends.add(at + mark.length());
        }
      }
    }
    for (int end : ends.descendingSet()) {
      String rest = said.substring(end).replaceFirst("^[\\s:\"'=]{0,20}", "");
      if (rest.regionMatches(true, 0, "not ", 0, 4) || rest.startsWith("不")) {
        return Set.of();
      }
      rest = rest.regionMatches(true, 0, "is ", 0, 3) ? rest.substring(3).strip() : rest;
      rest = rest.startsWith("是") || rest.startsWith("为") ? rest.substring(1).strip() : rest;
      rest = rest.regionMatches(true, 0, "option ", 0, 7) ? rest.substring(7) : rest;
      Set<Character> letters = letters(rest, false);
      if (!letters.isEmpty()) {
        return letters;
      }
      Set<Character> text = byText(FinalAnswer.firstSentence(rest));
      if (!text.isEmpty()) {
        return text;
      }
    }
    return Set.of();
  }

  /** 不应选, would not choose: up to the punctuation before. */
  private static boolean isDenied(String low, int at) {
    int from = at;
    while (from > 0 && at - from < 15 && ".,;:!?，。；：！？\n".indexOf(low.charAt(from - 1)) < 0) {
      from--;
    }
    String before = low.substring(from, at);
    String close = before.substring(Math.max(0, before.length() - 3));
    return before.contains("not ")
        || before.contains("n't ")
        || before.contains("never ")
        || close.contains("不")
        || close.contains("别")
        || close.contains("非");
  }

  /** The only option, by its text or by a label, that a statement speaks of. */
  private Set<Character> mentioned(String line) {
    String low = " " + line.toLowerCase(Locale.ROOT) + " ";
    for (String negation : NEGATIONS) {
      if (low.contains(negation)) {
        return Set.of();
      }
    }
    TreeSet<Character> found = new TreeSet<>();
    String normal = " " + Wording.normal(line) + " ";
    byLetter.forEach(
        (letter, text) -> {
          String option = Wording.normal(text);
          if (!option.isEmpty() && normal.contains(" " + option + " ")) {
            found.add(letter);
          }
          if (line.contains("(" + letter + ")")
              || line.contains("(" + Character.toLowerCase(letter) + ")")) {
            found.add(letter);
          }
        });
    if (found.isEmpty()) {
      for (String word : line.split("[^A-Za-z]+", -1)) {
        char letter = word.length() == 1 ? word.charAt(0) : ' ';
        boolean isOption = isEmpty() ? letter <= 'H' : byLetter.containsKey(letter);
        if (letter >= 'B' && letter <= 'J' && isOption) {
          found.add(letter); // A and I are words, too.
        }
      }
      if (AMONG_CHINESE.matcher(line).find()
          || (!found.isEmpty() && LETTER_A.matcher(line).find())) {
        found.add('A');
      }
    }
    return found;
  }

  /**
   * Reads letters: {@code B}, {@code (B)}, {@code A, C}, {@code A and C}, {@code AC}.
   *
   * @param isWhole whether nothing else may follow
   */
  private Set<Character> letters(String text, boolean isWhole) {
    TreeSet<Character> letters = new TreeSet<>();
    int i = 0;
    int end = 0;
    while (i < text.length() && letters.size() < MOST) {
      int open = Digits.skip(text, i, '(');
      int stop = open;
      while (stop < text.length() && isLetter(text.charAt(stop))) {
        stop++;
      }
      String run = text.substring(open, stop);
      if (!isRun(run, isWhole, text, stop)) {
        break;
      }
      run.toUpperCase(Locale.ROOT).chars().forEach(it -> letters.add((char) it));
      end = Digits.skip(text, stop, ')');
      i = end;
      List<String> joints =
          new ArrayList<>(List.of(", and ", " and ", " & ", ", ", ",", " or ", "或", "和", " "));
      boolean isJoined = false;
      for (String joint : joints) {
        if (text.startsWith(joint, end) && (isWhole || !joint.equals(" "))) {
          i = end + joint.length();
          isJoined = true;
          break;
        }
      }
      if (!isJoined) {
        break;
      }
    }
    return isWhole && end < text.length() ? Set.of() : letters;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isRun(String run, boolean isWhole, String text, int stop) {
    if (run.isEmpty() || run.length() > 6) {
      return false;
    }
    String upper = run.toUpperCase(Locale.ROOT);
    for (int i = 0; i < upper.length(); i++) {
      boolean isRising = i == 0 || upper.charAt(i) > upper.charAt(i - 1);
      if (upper.charAt(i) > 'J' || !isRising) {
        return false;
      }
    }
    boolean isLower = !run.equals(upper);
    boolean isWordAfter = stop < text.length() && text.charAt(stop) == ' ';
    return isWhole || !(isLower && (run.length() > 1 || isWordAfter));
  }
}
