package dev.treadle.store.redaction;

import java.util.Arrays;

/**
 * Which vendors the text names, and where: keys of one shape are told apart by the name that stands
 * near them.
 */
final class Vendors {
  /** How far from a key a vendor's name may stand. */
  static final int REACH = 240;

  private static final int FAR = Integer.MIN_VALUE / 2;

  private final Subject subject;
  private final int[] lastEnd = new int[Family.values().length];

  Vendors(Subject subject) {
    this.subject = subject;
  }

  void reset() {
    Arrays.fill(lastEnd, FAR);
  }

  void saw(Family vendor, int end) {
    lastEnd[vendor.index()] = end;
  }

  /** Whether {@code vendor} was named within reach before {@code position}. */
  boolean near(Family vendor, int position) {
    return position - lastEnd[vendor.index()] <= REACH;
  }

  /** Where the latest mention of {@code vendor} ended. */
  int lastEnd(Family vendor) {
    return lastEnd[vendor.index()];
  }

  boolean onSameLine(Family vendor, int position) {
    return near(vendor, position) && !subject.breaksLine(lastEnd[vendor.index()], position);
  }
}
