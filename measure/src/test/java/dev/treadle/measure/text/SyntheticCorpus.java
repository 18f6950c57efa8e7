package dev.treadle.measure.text;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts made of invented English-like words or Chinese characters, each with an edited twin. Same
 * seed, same texts.
 */
final class SyntheticCorpus {
  private static final int VOCABULARY = 5_000;

  /** A text and its edited twin. */
  record Pair(String one, String other) {}

  private final SplittableRandom random;
  private final String[] words = new String[VOCABULARY];

  SyntheticCorpus(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < VOCABULARY; i++) {
      words[i] = word(random.nextInt(2, 9));
    }
  }

  private String word(int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  /** Pairs whose true similarities spread from about 0.3 to 1; every other one Chinese. */
  List<Pair> pairs(int count) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(pair(i % 2 == 1, random.nextInt(150, 900)));
    }
    return pairs;
  }

  private Pair pair(boolean chinese, int tokens) {
    List<String> text = tokens(chinese, tokens);
    // A share p of tokens replaced at random leaves (1 - p)^5 of the shingles: J = k / (2 - k).
    double wanted = random.nextDouble(0.3, 1);
    double kept = 2 * wanted / (1 + wanted);
    double replaced = 1 - Math.pow(kept, 1.0 / Shingles.WIDTH);
    List<String> edited = new ArrayList<>();
    for (String token : text) {
      edited.add(random.nextDouble() < replaced ? token(chinese) : token);
    }
    String gap = chinese ? "" : " ";
    return new Pair(String.join(gap, text), String.join(gap, edited));
  }

  List<String> tokens(boolean chinese, int count) {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(token(chinese));
    }
    return tokens;
  }

  private String token(boolean chinese) {
    // Squared: some words are much more common than others.
    double r = random.nextDouble();
    int index = (int) (r * r * VOCABULARY);
    return chinese ? String.valueOf((char) (0x4E00 + index)) : words[index];
  }
}
