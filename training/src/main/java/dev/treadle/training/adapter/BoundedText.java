package dev.treadle.training.adapter;

import dev.treadle.training.TrainingError;
import java.util.regex.Pattern;

/** A text that gives out a limited number of letters: an expression may try without end. */
final class BoundedText implements CharSequence {
  private static final int MAX_LOOKS = 1_000_000;

  private final String text;
  private final String expression;
  private int looks;

  private BoundedText(String text, String expression) {
    this.text = text;
    this.expression = expression;
  }

  static boolean matches(String expression, String text) {
    return Pattern.compile(expression).matcher(new BoundedText(text, expression)).matches();
  }

  @Override
  public char charAt(int index) {
    looks++;
    if (looks > MAX_LOOKS) {
      throw TrainingError.ADAPTER_UNSUPPORTED.because(
          "the expression '" + expression + "' takes too long on " + text + ": write it simpler");
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
