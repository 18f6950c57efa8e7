package dev.treadle.measure.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges an answer against a reference. What kind of reference it is decides how: a letter of the
 * listed options, a number, an expression, a few words, a longer text. Time is linear in the
 * answer: only its end is read as mathematics, within limits, and nothing tries alternatives
 * without bound.
 */
public final class AnswerScore {
  /** Words of a reference from which on it is a text, not a name. */
  private static final int TEXT_WORDS = 12;

  private static final int MOST_REFERENCE = 100_000;

  private AnswerScore() {}

  /** Judges by the method that fits the reference. */
  public static Judgement judge(String question, String answer, String reference) {
    return judge(question, answer, reference, Optional.empty());
  }

  /**
   * Judges.
   *
   * @param question may be empty; the options of a multiple choice stand in it
   * @param method absent: the one that fits the reference. Tests and judging models are not asked
   *     for here: for these there is no score
   */
  public static Judgement judge(
      String question, String answer, String reference, Optional<Method> method) {
    if (reference.isBlank() || reference.length() > MOST_REFERENCE) {
      return Judgement.none(
          "none", "the reference is empty or longer than " + MOST_REFERENCE + " characters");
    }
    Method chosen = method.orElseGet(() -> fitting(question, answer, reference));
    if (answer.isBlank() && chosen != Method.CODE && chosen != Method.JUDGE) {
      return Judgement.of(false, chosen, "the answer is empty");
    }
    return switch (chosen) {
      case EXACT -> exact(question, answer, reference);
      case MULTIPLE_CHOICE -> choice(question, answer, reference);
      case NUMERIC, MATHEMATICAL -> mathematical(answer, reference, chosen);
      case ROUGE_L -> rouge(answer, reference);
      case CODE -> CodeCheck.UNAVAILABLE.check(answer, "");
      case JUDGE -> Judgement.none(chosen.wire(), "no judging model is configured");
    };
  }

  /** The method that fits a reference. */
  static Method fitting(String question, String answer, String reference) {
    String said = reference(reference);
    Choices choices = Choices.of(question);
    if (!choices.wanted(said).isEmpty() && (!choices.isEmpty() || isLetter(said))) {
      return Method.MULTIPLE_CHOICE;
    }
    if (said.length() <= SolutionReader.MOST_LENGTH) {
      List<Solution> readings = SolutionReader.read(said);
      if (!readings.isEmpty()) {
        return isNumber(readings.getFirst()) ? Method.NUMERIC : Method.MATHEMATICAL;
      }
    }
    return Wording.normal(said).split(" ", -1).length > TEXT_WORDS || chineseLetters(said) > 40
        ? Method.ROUGE_L
        : Method.EXACT;
  }

  private static long chineseLetters(String text) {
    return text.chars().filter(it -> it >= 0x2e80).count();
  }

  /** What a reference says in the end: datasets give whole solutions too. */
  private static String reference(String reference) {
    boolean isSolution = reference.contains("\\boxed") || reference.contains("####");
    return isSolution
        ? FinalAnswer.of(reference).map(FinalAnswer.Place::text).orElse(reference)
        : reference.strip();
  }

  /** A letter of an option stands alone, in capitals or in brackets. */
  private static boolean isLetter(String reference) {
    String s = reference.strip();
    boolean isInBrackets = s.length() == 3 && s.charAt(0) == '(' && s.charAt(2) == ')';
    char letter =
        isInBrackets ? Character.toUpperCase(s.charAt(1)) : s.length() == 1 ? s.charAt(0) : ' ';
    return letter >= 'A' && letter <= 'J';
  }

  private static boolean isNumber(Solution solution) {
    return solution instanceof Solution.Amount(Term term, Optional<Unit> _, boolean _)
        && term.exact().isPresent();
  }

  private static Judgement exact(String question, String answer, String reference) {
    boolean isSame = Wording.matches(question, answer, reference(reference));
    return Judgement.of(
        isSame, Method.EXACT, isSame ? "the same words" : "not the words of the reference");
  }

  private static Judgement choice(String question, String answer, String reference) {
    Choices choices = Choices.of(question);
    Set<Character> wanted = choices.wanted(reference(reference));
    Set<Character> chosen = choices.chosen(answer);
    return Judgement.of(
        chosen.equals(wanted) && !wanted.isEmpty(),
        Method.MULTIPLE_CHOICE,
        chosen.isEmpty()
            ? "no option was chosen, " + wanted + " is right"
            : "chose " + chosen + ", right is " + wanted);
  }

  private static Judgement rouge(String answer, String reference) {
    double score = RougeL.score(FinalAnswer.spoken(answer), reference);
    return new Judgement(
        score, Method.ROUGE_L.wire(), "F-measure of the longest common subsequence");
  }

  private static Judgement mathematical(String answer, String reference, Method method) {
    String said = reference(reference);
    List<Solution> wanted = SolutionReader.read(said);
    if (wanted.isEmpty()) {
      return Judgement.none(method.wire(), "the reference is no mathematics");
    }
    List<Solution> found = new ArrayList<>(found(answer));
    String points = FinalAnswer.points(answer);
    if (!points.isEmpty() && wanted.stream().anyMatch(Solution.Listing.class::isInstance)) {
      found.addAll(SolutionReader.read(points));
    }
    Comparison comparison = new Comparison(((long) said.hashCode() << 32) ^ answer.hashCode());
    boolean isSame =
        found.stream().anyMatch(one -> wanted.stream().anyMatch(it -> comparison.same(it, one)));
    if (!isSame && written(FinalAnswer.spoken(answer)).equals(written(said))) {
      return Judgement.of(true, method, "the same text");
    }
    return Judgement.of(
        isSame,
        method,
        isSame
            ? "equal to the reference"
            : found.isEmpty()
                ? "no mathematics found in the answer"
                : "not equal to the reference");
  }

  /** The signs alone: what is written alike is the same, whatever it means. */
  private static String written(String text) {
    return text.length() > SolutionReader.MOST_LENGTH
        ? text
        : String.join(" ", Tidied.text(text).split(" +", -1));
  }

  /** What the answer says in the end, in every reading. */
  private static List<Solution> found(String answer) {
    String said = FinalAnswer.spoken(answer);
    List<Solution> whole = said.length() < 300 ? SolutionReader.read(said) : List.of();
    if (!whole.isEmpty()) {
      return whole;
    }
    List<Solution> place =
        FinalAnswer.of(answer).map(it -> Statement.read(it.text())).orElse(List.of());
    return place.isEmpty()
        ? FinalAnswer.lastStatement(answer, true)
            .map(it -> Statement.read(it.text()))
            .orElse(List.of())
        : place;
  }
}
