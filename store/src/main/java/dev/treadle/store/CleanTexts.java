package dev.treadle.store;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The latest texts in which redaction found nothing. Names of fields come with every record, a
 * system prompt with every request, a conversation's beginning with every turn: what was clean
 * before is clean again, and comparing it is many times cheaper than looking through it. For one
 * thread.
 *
 * <p>Whether a text is clean depends on the text alone, so a text that is kept here is never passed
 * where it would not have been before. Texts with findings are not kept.
 */
final class CleanTexts {
  private static final int LONGEST = 1 << 16;
  private static final int MOST_TEXTS = 4096;

  private final int mostCharacters;
  private final Map<String, Boolean> texts = new LinkedHashMap<>(64, 0.75f, true);
  private int characters;

  /**
   * Holds nothing yet.
   *
   * @param mostCharacters of all texts together; the one that was not met for longest goes first
   */
  CleanTexts(int mostCharacters) {
    this.mostCharacters = mostCharacters;
  }

  /** Whether nothing was found in this text lately. */
  boolean knows(String text) {
    return texts.get(text) != null;
  }

  /** Nothing was found in this text. */
  void add(String text) {
    if (text.length() > LONGEST || texts.put(text, true) != null) {
      return;
    }
    characters += text.length();
    while (characters > mostCharacters || texts.size() > MOST_TEXTS) {
      String eldest = texts.keySet().iterator().next();
      texts.remove(eldest);
      characters -= eldest.length();
    }
  }
}
