package dev.treadle.routing.learning;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a text is made, whatever it is about: its length, signs and digits, answers to choose from,
 * how it asks. The words that are looked for are English ones; in another language they are simply
 * not found.
 */
final class Form {
  static final int SIZE = 40;
  private static final float MOST = 4;

  private static final Pattern OPTION = Pattern.compile("\\n(?=\\(?[A-H][.):] )");
  private static final Pattern NUMERIC = Pattern.compile("[\\s\\d.,$%/+-]+");
  private static final Set<String> NEGATIONS =
      Set.of("not", "except", "never", "false", "incorrect", "least");
  private static final Set<String> LOUD = Set.of("NOT", "EXCEPT", "LEAST");
  private static final Set<String> PERSONS =
      Set.of("he", "she", "his", "her", "man", "woman", "plaintiff", "defendant", "patient");
  private static final int LONGEST_WORD = 9;
  private static final int FIRST_YEAR = 1500;
  private static final int LAST_YEAR = 2099;

  private final float[] means;
  private final float[] deviations;

  private Form(float[] means, float[] deviations) {
    this.means = means;
    this.deviations = deviations;
  }

  /** Measured against how the texts usually are. */
  static Form of(List<float[]> traits) {
    double[] sums = new double[SIZE];
    double[] squares = new double[SIZE];
    for (float[] it : traits) {
      for (int i = 0; i < SIZE; i++) {
        sums[i] += it[i];
        squares[i] += (double) it[i] * it[i];
      }
    }
    float[] means = new float[SIZE];
    float[] deviations = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      double mean = sums[i] / traits.size();
      means[i] = (float) mean;
      deviations[i] = (float) Math.sqrt(Math.max(0, squares[i] / traits.size() - mean * mean));
    }
    return new Form(means, deviations);
  }

  /** In deviations from the usual, at most 4; what never differed says nothing. */
  float[] standardized(float[] traits) {
    float[] standardized = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      if (deviations[i] > 1e-6f) {
        standardized[i] = Math.clamp((traits[i] - means[i]) / deviations[i], -MOST, MOST);
      }
    }
    return standardized;
  }

  /** The traits of a text that {@link Words#ends} shortened. */
  static float[] traits(String text, int promptCharacters, int tools) {
    String[] parts = OPTION.split(text, 12);
    String stem = parts[0];
    String lower = stem.toLowerCase(Locale.ROOT);
    Counted all = new Counted(text);
    List<Double> traits = new ArrayList<>(SIZE);
    addLengths(traits, text, stem, parts);
    double length = Math.max(1, text.length());
    traits.add(all.digits / length);
    traits.add(all.signs / length);
    traits.add(all.capitals / length);
    traits.add(all.foreign / length);
    traits.add(all.words == 0 ? 0 : (double) all.letters / all.words);
    traits.add(Math.log1p(all.sentences));
    traits.add(all.words == 0 ? 0 : (double) all.names / all.words);
    traits.add(Math.log1p(promptCharacters));
    traits.add(Math.log1p(tools));
    addSigns(traits, stem);
    addWords(traits, stem, lower);
    traits.add(flag(text.toLowerCase(Locale.ROOT).contains("all of the above")));
    traits.add(flag(all.isWithYear));
    float[] packed = new float[SIZE];
    for (int i = 0; i < traits.size(); i++) {
      packed[i] = traits.get(i).floatValue();
    }
    return packed;
  }

  private static void addLengths(List<Double> traits, String text, String stem, String[] parts) {
    int options = parts.length - 1;
    double longest = 0;
    double shortest = options == 0 ? 0 : Double.MAX_VALUE;
    double sum = 0;
    double squares = 0;
    int withDigits = 0;
    int numeric = 0;
    for (int i = 1; i < parts.length; i++) {
      String option = parts[i].substring(Math.min(parts[i].length(), 3));
      longest = Math.max(longest, option.length());
      shortest = Math.min(shortest, option.length());
      sum += option.length();
      squares += (double) option.length() * option.length();
      withDigits += option.chars().anyMatch(Character::isDigit) ? 1 : 0;
      numeric += NUMERIC.matcher(option).matches() ? 1 : 0;
    }
    double mean = options == 0 ? 0 : sum / options;
    double variance = options == 0 ? 0 : Math.max(0, squares / options - mean * mean);
    traits.add(Math.log1p(text.length()));
    traits.add(Math.log1p(stem.length()));
    traits.add((double) options);
    traits.add(Math.log1p(longest));
    traits.add(Math.log1p(shortest));
    traits.add(Math.log1p(mean));
    traits.add(Math.sqrt(variance) / (1 + mean));
    traits.add(flag(options > 0 && longest == shortest));
    traits.add(options == 0 ? 0 : (double) withDigits / options);
    traits.add(options == 0 ? 0 : (double) numeric / options);
  }

  private static void addSigns(List<Double> traits, String stem) {
    traits.add(flag(stem.indexOf('?') >= 0));
    traits.add(flag(stem.stripTrailing().endsWith("?")));
    traits.add(flag(stem.indexOf('_') >= 0));
    traits.add(flag(stem.indexOf('\n') >= 0));
    traits.add(flag(stem.indexOf('$') >= 0 || stem.indexOf('\\') >= 0));
    traits.add(flag(stem.indexOf('"') >= 0));
    traits.add(flag(stem.indexOf('(') >= 0));
    traits.add(flag(stem.indexOf('{') >= 0 || stem.indexOf(';') >= 0));
    traits.add(flag(stem.chars().anyMatch(it -> "=+*/^<>".indexOf(it) >= 0)));
  }

  private static void addWords(List<Double> traits, String stem, String lower) {
    boolean isNegated = false;
    boolean isLoud = false;
    boolean isOfPerson = lower.contains("year-old");
    int from = 0;
    for (int at = 0; at <= stem.length(); at++) {
      if (at == stem.length() || !Character.isLetter(stem.charAt(at))) {
        if (at > from && at - from <= LONGEST_WORD) {
          String word = stem.substring(from, at);
          String small = word.toLowerCase(Locale.ROOT);
          isNegated |= NEGATIONS.contains(small);
          isLoud |= LOUD.contains(word);
          isOfPerson |= PERSONS.contains(small);
        }
        from = at + 1;
      }
    }
    traits.add(flag(isNegated));
    traits.add(flag(isLoud));
    traits.add(flag(lower.startsWith("which ") || lower.startsWith("what ")));
    traits.add(flag(lower.contains("which of the following")));
    traits.add(flag(lower.contains("how many") || lower.contains("how much")));
    traits.add(flag(lower.contains("why ") || lower.contains("how ")));
    traits.add(flag(lower.contains("statement")));
    traits.add(flag(isOfPerson));
  }

  private static double flag(boolean holds) {
    return holds ? 1 : 0;
  }

  /** Characters and words of a text by their kind. */
  private static final class Counted {
    private int digits;
    private int signs;
    private int capitals;
    private int foreign;
    private int letters;
    private int words;
    private int sentences;
    private int names;
    private boolean isWithYear;

    Counted(String text) {
      boolean isInWord = false;
      int number = 0;
      int figures = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean isLetter = Character.isLetterOrDigit(c);
        digits += c >= '0' && c <= '9' ? 1 : 0;
        signs += !isLetter && c > ' ' ? 1 : 0;
        capitals += Character.isUpperCase(c) ? 1 : 0;
        foreign += c > 127 ? 1 : 0;
        letters += isLetter ? 1 : 0;
        words += isLetter && !isInWord ? 1 : 0;
        boolean isAfterBlank = i > 1 && text.charAt(i - 1) == ' ';
        sentences += isAfterBlank && ".!?".indexOf(text.charAt(i - 2)) >= 0 ? 1 : 0;
        names += isAfterBlank && isName(text, i) ? 1 : 0;
        isInWord = isLetter;
        if (c >= '0' && c <= '9') {
          number = figures < 4 ? 10 * number + c - '0' : 0;
          figures++;
        } else {
          isWithYear |= isYear(figures, number);
          number = 0;
          figures = 0;
        }
      }
      isWithYear |= isYear(figures, number);
    }

    private static boolean isYear(int figures, int number) {
      return figures == 4 && number >= FIRST_YEAR && number <= LAST_YEAR;
    }

    /** A capital within a sentence, and small letters after it. */
    private static boolean isName(String text, int at) {
      char before = text.charAt(at - 2);
      return Character.isUpperCase(text.charAt(at))
          && at + 1 < text.length()
          && Character.isLowerCase(text.charAt(at + 1))
          && (Character.isLowerCase(before) || before == ',');
    }
  }

  void write(LearningFile.Writer out) {
    out.floats(means);
    out.floats(deviations);
  }

  static Form read(LearningFile.Reader in) {
    float[] means = in.floats();
    float[] deviations = in.floats();
    in.check(means.length == SIZE && deviations.length == SIZE, "its form does not fit");
    return new Form(means, deviations);
  }
}
