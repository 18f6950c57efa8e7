package dev.treadle.training.serving;

import java.util.List;

/**
 * A token of an answer and how likely it was.
 *
 * @param token its text; of half a character, U+FFFD
 * @param logProbability natural, of all tokens and before temperature
 * @param others the likeliest at its place, itself perhaps among them
 */
public record TokenChance(String token, double logProbability, List<TokenChance> others) {
  public TokenChance {
    others = List.copyOf(others);
  }
}
