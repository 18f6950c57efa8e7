package dev.treadle.store.redaction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An Aho-Corasick automaton over keywords, as one dense table: the class of a character and the
 * state give the next state.
 *
 * <p>ASCII letters count in any case, digits all alike, province characters of vehicle plates all
 * alike; every other character of a keyword has a class of its own, and all the rest of Unicode
 * shares one. An entry is negative when the step calls for attention: a keyword ends, or the
 * character is a digit or a province character. So the scan has one branch a character.
 */
final class Automaton {
  static final int STATE_MASK = 0x7fff;
  static final int CLASS_BITS = 7;
  static final int DIGIT_CLASS = 1;
  static final int PROVINCE_CLASS = 2;
  private static final int CLASSES = 1 << CLASS_BITS;
  private static final int[] NOTHING = {};

  private final byte[] classes = new byte[1 << 16];
  private final short[] next;
  private final int[][] outputs;

  /** The keyword's place in {@code keywords} is its number in {@link #outputs}. */
  Automaton(List<String> keywords, String provinces) {
    classify(keywords, provinces);
    int states = 1;
    for (String keyword : keywords) {
      states += keyword.length();
    }
    int[] table = new int[states * CLASSES];
    List<List<Integer>> ends = new ArrayList<>();
    ends.add(new ArrayList<>());
    for (int number = 0; number < keywords.size(); number++) {
      int state = 0;
      for (int i = 0; i < keywords.get(number).length(); i++) {
        int slot = state * CLASSES + classes[keywords.get(number).charAt(i)];
        if (table[slot] == 0) {
          table[slot] = ends.size();
          ends.add(new ArrayList<>());
        }
        state = table[slot];
      }
      ends.get(state).add(number);
    }
    link(table, ends);
    outputs = new int[ends.size()][];
    for (int state = 0; state < outputs.length; state++) {
      int[] numbers = ends.get(state).stream().mapToInt(Integer::intValue).toArray();
      outputs[state] = numbers.length == 0 ? NOTHING : numbers;
    }
    next = flagged(Arrays.copyOf(table, ends.size() * CLASSES));
  }

  byte[] classes() {
    return classes;
  }

  short[] next() {
    return next;
  }

  /** The numbers of the keywords that end in {@code state}. */
  int[] outputs(int state) {
    return outputs[state];
  }

  /** Whether any of the keywords occurs between the two positions. */
  boolean occursIn(Subject subject, int start, int end) {
    int state = 0;
    for (int i = start; i < end; i++) {
      state = next[state << CLASS_BITS | classes[subject.at(i)]] & STATE_MASK;
      if (outputs[state].length > 0) {
        return true;
      }
    }
    return false;
  }

  private void classify(List<String> keywords, String provinces) {
    int used = PROVINCE_CLASS;
    for (char c = '0'; c <= '9'; c++) {
      classes[c] = DIGIT_CLASS;
    }
    for (int i = 0; i < provinces.length(); i++) {
      classes[provinces.charAt(i)] = PROVINCE_CLASS;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      used++;
      classes[c] = (byte) used;
      classes[c - 32] = (byte) used;
    }
    for (String keyword : keywords) {
      for (int i = 0; i < keyword.length(); i++) {
        char c = keyword.charAt(i);
        if (classes[c] == 0) {
          used++;
          classes[c] = (byte) used;
        }
      }
    }
    if (used >= CLASSES) {
      throw new IllegalStateException("Too many different characters in the keywords: " + used);
    }
  }

  /** Turns the trie into the automaton: missing steps become those of the longest proper suffix. */
  private static void link(int[] table, List<List<Integer>> ends) {
    int[] suffix = new int[ends.size()];
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    for (int c = 0; c < CLASSES; c++) {
      if (table[c] != 0) {
        queue.add(table[c]);
      }
    }
    while (!queue.isEmpty()) {
      int state = queue.remove();
      ends.get(state).addAll(ends.get(suffix[state]));
      for (int c = 0; c < CLASSES; c++) {
        int fallback = table[suffix[state] * CLASSES + c];
        int slot = state * CLASSES + c;
        if (table[slot] == 0) {
          table[slot] = fallback;
        } else {
          suffix[table[slot]] = fallback;
          queue.add(table[slot]);
        }
      }
    }
  }

  private short[] flagged(int[] table) {
    if (outputs.length > STATE_MASK) {
      throw new IllegalStateException("Too many states: " + outputs.length);
    }
    short[] flagged = new short[table.length];
    for (int slot = 0; slot < table.length; slot++) {
      int c = slot % CLASSES;
      boolean calls = outputs[table[slot]].length > 0 || c == DIGIT_CLASS || c == PROVINCE_CLASS;
      flagged[slot] = (short) (calls ? table[slot] | 0x8000 : table[slot]);
    }
    return flagged;
  }
}
