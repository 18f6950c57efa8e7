package dev.treadle.measure.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what an answer says in the end. The most explicit way of saying so counts: a box, then
 * {@code ####}, then "Answer:", then the last statement. Every step is linear in the answer.
 */
final class FinalAnswer {
  /** From where on the end of a long answer is looked at. */
  private static final int MOST = 20_000;

  private static final int LONGEST = 600;
  private static final String[] MARKS = {
    "final answer is",
    "answer is",
    "final answer:",
    "final answer",
    "answer:",
    "answer =",
    "result is",
    "result:",
    "答案是",
    "答案为",
    "答案:",
    "答案",
    "答:",
    "结果是",
    "结果为",
    "结果:"
  };
  private static final String[] CONCLUSIONS = {
    "therefore", "thus", "hence", "so", "consequently", "所以", "因此", "故", "综上", "于是", "一共", "总共"
  };
  private static final String[] ENDS = {
    " because ",
    " since ",
    ", not ",
    ", as ",
    " (not ",
    ", because",
    ", since",
    ",因为",
    ", 因为",
    " rather than "
  };

  /** Behind a number, what these begin with is about another one. */
  private static final String[] SURROUNDINGS = {
    " out of the ",
    " of the original ",
    " after ",
    " compared to ",
    " compared with ",
    " instead of "
  };

  private FinalAnswer() {}

  /**
   * A place where the answer is said.
   *
   * @param isMarked whether the answer says that it is here
   */
  record Place(String text, boolean isMarked) {}

  /** The end of what was said after thinking. */
  static String spoken(String answer) {
    int thought = answer.lastIndexOf("</think>");
    String said = thought < 0 ? answer : answer.substring(thought + 8);
    return (said.length() > MOST ? said.substring(said.length() - MOST) : said).strip();
  }

  /** Where the answer is, in words of the answer; empty only where nothing is said. */
  static Optional<Place> of(String answer) {
    String said = spoken(answer);
    return boxed(said).or(() -> hashes(said)).or(() -> marked(said)).or(() -> last(said, false));
  }

  /** The last statement that has a number in it, or simply the last. */
  static Optional<Place> lastStatement(String answer, boolean withNumber) {
    return last(spoken(answer), withNumber);
  }

  /** The points of a list at the end, parted by commas; empty where there are not two. */
  static String points(String answer) {
    List<String> points = new ArrayList<>();
    String[] lines = spoken(answer).split("\n", -1);
    for (int i = lines.length - 1; i >= 0; i--) {
      String line = lines[i].strip();
      boolean isPoint = line.startsWith("- ") || line.startsWith("* ") || line.startsWith("• ");
      if (!isPoint && !line.isEmpty()) {
        break;
      }
      if (isPoint) {
        points.addFirst(line.substring(2));
      }
    }
    return points.size() < 2 ? "" : String.join(", ", points);
  }

  private static Optional<Place> boxed(String said) {
    for (String command : new String[] {"\\boxed", "\\fbox"}) {
      int at = said.lastIndexOf(command);
      int open = at < 0 ? -1 : said.indexOf('{', at);
      if (open >= 0 && open <= at + command.length() + 1) {
        int depth = 0;
        for (int i = open; i < Math.min(said.length(), open + 4000); i++) {
          char c = said.charAt(i);
          depth += c == '{' ? 1 : c == '}' ? -1 : 0;
          if (depth == 0) {
            String inside = said.substring(open + 1, i).strip();
            return inside.isEmpty() ? Optional.empty() : Optional.of(new Place(inside, true));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Place> hashes(String said) {
    int at = said.lastIndexOf("####");
    if (at < 0) {
      return Optional.empty();
    }
    String line = firstLine(said.substring(at + 4));
    return line.isBlank() ? Optional.empty() : Optional.of(new Place(line.strip(), true));
  }

  private static Optional<Place> marked(String said) {
    String low = low(said);
    int best = -1;
    int end = -1;
    for (String mark : MARKS) {
      int at = low.lastIndexOf(mark);
      if (at >= 0 && at + mark.length() > end && isWordStart(low, at, mark)) {
        best = at;
        end = at + mark.length();
      }
    }
    if (best < 0) {
      return Optional.empty();
    }
    String rest = withoutFiller(said.substring(end));
    String statement = cut(firstSentence(rest));
    return statement.isBlank() ? Optional.empty() : Optional.of(new Place(statement, true));
  }

  /** In lower case and of the same length, with the colons of Chinese as those of English. */
  private static String low(String said) {
    StringBuilder low = new StringBuilder(said.length());
    for (int i = 0; i < said.length(); i++) {
      char c = said.charAt(i);
      low.append(c == '：' ? ':' : c < 0x80 ? Character.toLowerCase(c) : c);
    }
    return low.toString();
  }

  private static boolean isWordStart(String low, int at, String mark) {
    return mark.charAt(0) > 0x7f || at == 0 || !Character.isLetter(low.charAt(at - 1));
  }

  private static String withoutFiller(String rest) {
    int i = 0;
    while (i < rest.length() && " \n\r:：*=_>#".indexOf(rest.charAt(i)) >= 0) {
      i++;
    }
    String text = rest.substring(i);
    String low = text.toLowerCase(Locale.ROOT);
    for (String filler :
        new String[] {"is ", "the final answer is ", "the answer is ", "是", "为", "选"}) {
      if (low.startsWith(filler)) {
        return withoutFiller(text.substring(filler.length()));
      }
    }
    return text;
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /** Up to the end of the first sentence. */
  static String firstSentence(String text) {
    int end = sentenceEnd(text, 0, false);
    return text.substring(0, Math.min(end, LONGEST)).strip();
  }

  private static int sentenceEnd(String text, int from, boolean canBeNumbered) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isBlankAfter = i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1));
      if (c == '\n' || c == '。' || c == '！' || c == '？') {
        return i;
      }
      if ((c == '.' || c == '?')
          && isBlankAfter
          && !(canBeNumbered && isNumbering(text, from, i))) {
        return i;
      }
    }
    return text.length();
  }

  /** {@code 3.} at the beginning of a line. */
  private static boolean isNumbering(String text, int from, int point) {
    String before = text.substring(Math.max(from, point - 3), point).strip();
    return point - from <= 3
        && !before.isEmpty()
        && before.chars().allMatch(it -> it >= '0' && it <= '9')
        && point + 1 < text.length();
  }

  /** Without the reasons that follow. */
  private static String cut(String statement) {
    String low = low(statement);
    int end = statement.length();
    for (String mark : ENDS) {
      int at = low.indexOf(mark);
      if (at > 0) {
        end = Math.min(end, at);
      }
    }
    for (String mark : SURROUNDINGS) {
      int at = low.indexOf(mark);
      boolean isBehind =
          at > 0
              && at < end
              && hasNumber(low.substring(0, at))
              && !hasVerb(low, at + mark.length());
      end = isBehind ? at : end;
    }
    return statement.substring(0, end).strip();
  }

  private static boolean hasVerb(String low, int from) {
    String rest = low.substring(from);
    return rest.contains(" is ")
        || rest.contains(" are ")
        || rest.contains(" was ")
        || rest.contains(" gives ")
        || rest.contains(" equals ")
        || rest.contains("=");
  }

  private static Optional<Place> last(String said, boolean withNumber) {
    List<String> sentences = new ArrayList<>();
    int from = 0;
    while (from < said.length()) {
      int end = sentenceEnd(said, from, true);
      String sentence = unnumbered(said.substring(from, end).strip());
      if (!sentence.isEmpty()) {
        sentences.add(sentence);
      }
      from = end + 1;
    }
    for (int i = sentences.size() - 1; i >= 0; i--) {
      String sentence = sentences.get(i);
      if (!withNumber || hasNumber(sentence)) {
        return Optional.of(new Place(concluded(upToBold(sentence)), false));
      }
    }
    return Optional.empty();
  }

  /** A number in bold is the answer, whatever other numbers follow it. */
  private static String upToBold(String sentence) {
    int close = sentence.lastIndexOf("**");
    int open = close <= 0 ? -1 : sentence.lastIndexOf("**", close - 2);
    String bold = open < 0 ? "" : sentence.substring(open + 2, close).strip();
    boolean isAnswer =
        !bold.isEmpty()
            && ".:".indexOf(bold.charAt(bold.length() - 1)) < 0 // A heading.
            && !sentence.substring(close + 2).strip().startsWith("=")
            && hasNumber(bold)
            && !SolutionReader.read(bold).isEmpty();
    if (!isAnswer) {
      return sentence;
    }
    int end = close + 2;
    while (end < sentence.length()
        && "$€£¥(".indexOf(sentence.charAt(end)) < 0
        && !Digits.isDigit(sentence.charAt(end))) {
      end++;
    }
    return end == sentence.length() ? sentence : sentence.substring(0, end).strip();
  }

  private static boolean hasNumber(String sentence) {
    return Numerals.hasDigit(Numerals.english(Numerals.chinese(Signs.plain(sentence))))
        || sentence.indexOf('π') >= 0;
  }

  /** Without the number or the mark that a line of a list begins with. */
  private static String unnumbered(String sentence) {
    int digits = Digits.end(sentence, 0);
    boolean isNumbered =
        digits > 0
            && digits < 3
            && digits + 1 < sentence.length()
            && (sentence.charAt(digits) == '.' || sentence.charAt(digits) == ')')
            && sentence.charAt(digits + 1) == ' ';
    String rest = isNumbered ? sentence.substring(digits + 2) : sentence;
    return (rest.startsWith("- ") && rest.length() > 3 && Character.isLetter(rest.charAt(2))
            ? rest.substring(2)
            : rest)
        .strip();
  }

  private static String concluded(String sentence) {
    String low = low(sentence);
    int best = 0;
    for (String mark : CONCLUSIONS) {
      int at = low.lastIndexOf(mark);
      boolean isWord =
          at >= 0
              && (mark.charAt(0) > 0x7f
                  || ((at == 0 || !Character.isLetter(low.charAt(at - 1)))
                      && at + mark.length() < low.length()
                      && !Character.isLetter(low.charAt(at + mark.length()))));
      if (isWord && at + mark.length() < low.length()) {
        best = Math.max(best, at + mark.length());
      }
    }
    String statement = sentence.substring(best);
    while (!statement.isEmpty() && " ,，:：".indexOf(statement.charAt(0)) >= 0) {
      statement = statement.substring(1);
    }
    String kept = cut(statement);
    return kept.length() > LONGEST ? kept.substring(kept.length() - LONGEST) : kept;
  }
}
