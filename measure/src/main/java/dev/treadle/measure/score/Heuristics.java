package dev.treadle.measure.score;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Signs that an answer is bad without a look at what it says. They are signs, no judgement: no
 * label is made of them unless somebody asks for that, and an answer without any is not thereby
 * good.
 */
public final class Heuristics {
  private static final int HEAD = 240;
  private static final int MOST = 20_000;
  private static final int LONG_ENOUGH_TO_BE_CUT = 200;
  private static final int RUN = 4;
  private static final int ENOUGH_WORDS = 40;
  private static final double DISTINCT = 0.35;
  private static final int ENOUGH_LETTERS = 20;

  private static final List<String> REFUSALS =
      List.of(
          "i can't help with",
          "i cannot help with",
          "i can't assist",
          "i cannot assist",
          "i can't provide",
          "i cannot provide",
          "i'm unable to",
          "i am unable to",
          "i won't be able to",
          "i'm not able to",
          "i'm sorry, but i can",
          "i am sorry, but i can",
          "sorry, i can't",
          "sorry, i cannot",
          "as an ai language model, i can",
          "i must decline",
          "我无法",
          "我不能",
          "无法提供",
          "无法协助",
          "抱歉，我",
          "抱歉,我",
          "对不起，我",
          "ich kann dabei nicht",
          "ich kann dir dabei nicht",
          "ich kann ihnen dabei nicht",
          "tut mir leid, aber",
          "je ne peux pas",
          "désolé, mais je",
          "no puedo ayudar",
          "lo siento, pero",
          "não posso ajudar",
          "お手伝いできません",
          "お答えできません",
          "申し訳ありませんが",
          "죄송하지만",
          "я не могу помочь",
          "к сожалению, я не могу");

  private Heuristics() {}

  /** What can be seen from outside. */
  public enum Sign {
    EMPTY,
    REFUSAL,
    REPETITION,
    TRUNCATION,
    LANGUAGE_MISMATCH
  }

  /** The first sign that an answer is bad. */
  public static Optional<Sign> sign(String question, String answer) {
    String said = FinalAnswer.spoken(answer);
    if (said.codePoints().noneMatch(Character::isLetterOrDigit)) {
      return Optional.of(Sign.EMPTY);
    }
    if (isRefusal(said)) {
      return Optional.of(Sign.REFUSAL);
    }
    if (isRepetition(said)) {
      return Optional.of(Sign.REPETITION);
    }
    if (isTruncated(said)) {
      return Optional.of(Sign.TRUNCATION);
    }
    return isInAnotherScript(question, said)
        ? Optional.of(Sign.LANGUAGE_MISMATCH)
        : Optional.empty();
  }

  /** 0 where there is a sign, named in the method; no score where there is none. */
  public static Judgement judge(String question, String answer) {
    return sign(question, answer)
        .map(
            it ->
                new Judgement(
                    0,
                    "heuristic:" + it.name().toLowerCase(Locale.ROOT),
                    "a sign of a bad answer, not a judgement of what it says"))
        .orElseGet(
            () ->
                Judgement.none("heuristic", "no sign of a bad answer: that does not make it good"));
  }

  private static boolean isRefusal(String said) {
    String head = said.substring(0, Math.min(said.length(), HEAD)).toLowerCase(Locale.ROOT);
    String plain = head.replace('’', '\'');
    return REFUSALS.stream().anyMatch(plain::contains);
  }

  /** Runs of words, or of characters where there are no blanks, that come again and again. */
  private static boolean isRepetition(String said) {
    String text = said.substring(0, Math.min(said.length(), MOST));
    List<String> words = RougeL.tokens(text);
    if (words.size() < ENOUGH_WORDS) {
      return false;
    }
    Set<List<String>> runs = new HashSet<>();
    int all = words.size() - RUN + 1;
    for (int i = 0; i < all; i++) {
      runs.add(words.subList(i, i + RUN));
    }
    return runs.size() < DISTINCT * all;
  }

  /** A long answer that ends in the middle of a sentence or of code. */
  private static boolean isTruncated(String said) {
    int fences = (said.length() - said.replace("```", "").length()) / 3;
    if (fences % 2 == 1) {
      return true;
    }
    String end = said.stripTrailing();
    char last = end.charAt(end.length() - 1);
    boolean isOpen = last == ',' || last == '，' || last == ':' || last == '：' || last == '(';
    return end.length() > LONG_ENOUGH_TO_BE_CUT && (isOpen || endsInWord(end));
  }

  private static boolean endsInWord(String end) {
    String line = end.substring(end.lastIndexOf('\n') + 1);
    boolean isSentence = line.length() > 80 && !line.startsWith("|") && !line.startsWith("#");
    char last = end.charAt(end.length() - 1);
    return isSentence && Character.isLetter(last) && (line.contains(". ") || line.contains("。"));
  }

  private static boolean isInAnotherScript(String question, String said) {
    Optional<Character.UnicodeScript> asked = script(question);
    Optional<Character.UnicodeScript> answered = script(said);
    return asked.isPresent() && answered.isPresent() && !asked.equals(answered);
  }

  /** The script of nine letters in ten; nothing where there are few letters, or a mixture. */
  private static Optional<Character.UnicodeScript> script(String text) {
    Map<Character.UnicodeScript, Integer> counts = new EnumMap<>(Character.UnicodeScript.class);
    int letters = 0;
    boolean isCode = false;
    for (int i = 0; i < Math.min(text.length(), MOST); i++) {
      isCode ^= text.startsWith("```", i);
      char c = text.charAt(i);
      if (!isCode && Character.isLetter(c)) {
        Character.UnicodeScript script = Character.UnicodeScript.of(c);
        boolean isKatakana = script == Character.UnicodeScript.KATAKANA;
        counts.merge(isKatakana ? Character.UnicodeScript.HIRAGANA : script, 1, Integer::sum);
        letters++;
      }
    }
    if (letters < ENOUGH_LETTERS) {
      return Optional.empty();
    }
    // Japanese is written in two scripts, and one of them is that of Chinese.
    if (counts.getOrDefault(Character.UnicodeScript.HIRAGANA, 0) > letters / 5) {
      return Optional.of(Character.UnicodeScript.HIRAGANA);
    }
    int most = (int) (0.9 * letters);
    return counts.entrySet().stream()
        .filter(it -> it.getValue() > most)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
