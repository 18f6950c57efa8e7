package dev.treadle.store.redaction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one pass has found, in parallel arrays that are reused from text to text. {@link #settle}
 * puts findings in order and decides overlaps: a placeholder always stands; a credential of known
 * shape beats a value that is only assigned to a telling name; others become one, named after the
 * longer, then the higher in rank, then the later found, so that no overlap leaves a rest.
 */
final class Findings {
  /** A placeholder that is already in the text: nothing may touch it. */
  static final int PLACEHOLDER = 9;

  static final int BLOCK = 8;
  static final int EXACT = 7;
  static final int CONNECTION = 6;
  static final int NEARBY = 5;
  static final int CHECKED = 4;
  static final int PATTERN = 3;
  static final int ASSIGNED = 2;

  private static final Family[] FAMILIES = Family.values();

  private final long families;
  private final int[] highestNumber = new int[FAMILIES.length];
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private byte[] ranks = new byte[16];
  private byte[] kinds = new byte[16];
  private int count;
  private boolean sorted = true;

  Findings(long families) {
    this.families = families;
  }

  void clear() {
    count = 0;
    sorted = true;
    Arrays.fill(highestNumber, 0);
  }

  void add(int start, int end, Family family, int rank) {
    if ((families & family.bit()) == 0 || end <= start) {
      return;
    }
    if (count == starts.length) {
      grow();
    }
    sorted &= count == 0 || starts[count - 1] <= start;
    starts[count] = start;
    ends[count] = end;
    ranks[count] = (byte) rank;
    kinds[count++] = (byte) family.index();
  }

  /**
   * Notes a placeholder of {@code family} with {@code number} in the text. It is kept even when the
   * family is off.
   */
  void addPlaceholder(int start, int end, Family family, int number) {
    highestNumber[family.index()] = Math.max(highestNumber[family.index()], number);
    if (count == starts.length) {
      grow();
    }
    sorted &= count == 0 || starts[count - 1] <= start;
    starts[count] = start;
    ends[count] = end;
    ranks[count] = PLACEHOLDER;
    kinds[count++] = (byte) family.index();
  }

  void settle() {
    if (!sorted) {
      sort();
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (kept == 0 || starts[i] >= ends[kept - 1]) {
        move(i, kept++);
      } else {
        overlap(i, kept - 1);
      }
    }
    count = kept;
    dropPlaceholders();
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  int start(int index) {
    return starts[index];
  }

  int end(int index) {
    return ends[index];
  }

  Family family(int index) {
    return FAMILIES[kinds[index]];
  }

  int highestNumber(Family family) {
    return highestNumber[family.index()];
  }

  List<Finding> toList() {
    List<Finding> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(new Finding(starts[i], ends[i], family(i)));
    }
    return List.copyOf(list);
  }

  /** Lets {@code later}, which starts inside {@code earlier}, replace it, join it or vanish. */
  private void overlap(int later, int earlier) {
    int laterRank = ranks[later];
    int earlierRank = ranks[earlier];
    if (earlierRank == PLACEHOLDER || (earlierRank >= NEARBY && laterRank == ASSIGNED)) {
      return;
    }
    if (laterRank == PLACEHOLDER || (laterRank >= NEARBY && earlierRank == ASSIGNED)) {
      move(later, earlier);
      return;
    }
    int laterLength = ends[later] - starts[later];
    int earlierLength = ends[earlier] - starts[earlier];
    if (laterLength > earlierLength || (laterLength == earlierLength && laterRank >= earlierRank)) {
      ranks[earlier] = ranks[later];
      kinds[earlier] = kinds[later];
    }
    ends[earlier] = Math.max(ends[earlier], ends[later]);
  }

  private void dropPlaceholders() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (ranks[i] != PLACEHOLDER) {
        move(i, kept++);
      }
    }
    count = kept;
  }

  private void move(int from, int to) {
    starts[to] = starts[from];
    ends[to] = ends[from];
    ranks[to] = ranks[from];
    kinds[to] = kinds[from];
  }

  /** By start; findings with the same start stay in the order in which they were found. */
  private void sort() {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = (long) starts[i] << 32 | i;
    }
    Arrays.sort(keys);
    int[] oldStarts = starts.clone();
    int[] oldEnds = ends.clone();
    byte[] oldRanks = ranks.clone();
    byte[] oldKinds = kinds.clone();
    for (int i = 0; i < count; i++) {
      int from = (int) keys[i];
      starts[i] = oldStarts[from];
      ends[i] = oldEnds[from];
      ranks[i] = oldRanks[from];
      kinds[i] = oldKinds[from];
    }
  }

  private void grow() {
    int size = starts.length * 2;
    starts = Arrays.copyOf(starts, size);
    ends = Arrays.copyOf(ends, size);
    ranks = Arrays.copyOf(ranks, size);
    kinds = Arrays.copyOf(kinds, size);
  }
}
