package dev.treadle.store.redaction;

import java.util.Arrays;

/**
 * Matches secrets that have a length but no prefix, near their vendor's name or key id. Every
 * vendor has one frontier that its windows never cross twice, so the text is read at most once per
 * vendor.
 */
final class VendorSecrets {
  private static final int AHEAD = 200;
  private static final int BACK = 120;

  private final Subject subject;
  private final Findings findings;
  private final Shape shape;
  private final int[] frontier = new int[Family.values().length];

  VendorSecrets(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
    this.shape = new Shape(subject);
  }

  void reset() {
    Arrays.fill(frontier, 0);
  }

  /** Looks around a mention of {@code vendor}. */
  void around(Family vendor, int start, int end) {
    switch (vendor) {
      case AWS, TENCENT, ALIBABA, HUAWEI, VOLCENGINE, ZHIPU ->
          look(vendor, start - BACK, end + AHEAD);
      default -> {}
    }
  }

  private void look(Family vendor, int from, int to) {
    Alphabet alphabet =
        vendor == Family.AWS || vendor == Family.VOLCENGINE ? Alphabet.BASE64 : Alphabet.ALNUM;
    int i = Math.max(Math.max(from, 0), frontier[vendor.index()]);
    int stop = Math.min(to, subject.length());
    while (i < stop) {
      if (!subject.has(alphabet, i)) {
        i++;
        continue;
      }
      int end = subject.runEnd(alphabet, i);
      boolean part = alphabet == Alphabet.ALNUM && (isBase64Sign(i - 1) || isBase64Sign(end));
      if (!part
          && end - i >= 20
          && end - i <= 90
          && subject.startsClean(i)
          && subject.endsClean(end)) {
        check(vendor, i, end);
      }
      i = end;
    }
    frontier[vendor.index()] = Math.max(frontier[vendor.index()], i);
  }

  private void check(Family vendor, int start, int end) {
    int size = end - start;
    shape.measure(start, end);
    if (shape.isFiller()) {
      return;
    }
    int until = end;
    boolean found =
        switch (vendor) {
          case AWS ->
              size == 40
                  && shape.isMixed()
                  && !subject.starts("EXAMPLEKEY", end - 10)
                  && !isPath(start, end);
          case TENCENT -> size == 32 && shape.isMixed();
          case ALIBABA -> size == 30 && shape.isMixed();
          case HUAWEI -> (size == 40 && shape.isMixed()) || (size == 20 && isCapitalKey());
          case VOLCENGINE ->
              size >= 38
                  && size <= 60
                  && shape.isMixed()
                  && subject.at(end) == '='
                  && !isPath(start, end);
          case ZHIPU ->
              size == 32 && shape.isHex() && subject.at(end) == '.' && (until = tail(end)) > 0;
          default -> false;
        };
    if (found) {
      while (vendor == Family.VOLCENGINE && subject.at(until) == '=') {
        until++;
      }
      findings.add(start, until, vendor, Findings.NEARBY);
    }
  }

  /** A plus sign or a slash: what stands by it is a part of something longer. */
  private boolean isBase64Sign(int index) {
    return subject.at(index) == '+' || subject.at(index) == '/';
  }

  private int tail(int dot) {
    int end = subject.runEnd(Alphabet.ALNUM, dot + 1, 17);
    return end == dot + 17 && subject.endsClean(end) ? end : -1;
  }

  private boolean isCapitalKey() {
    return shape.lowers == 0 && shape.digits > 0 && shape.uppers > 1;
  }

  private boolean isPath(int start, int end) {
    int slashes = 0;
    for (int i = start; i < end; i++) {
      slashes += subject.at(i) == '/' ? 1 : 0;
    }
    return slashes > 4;
  }
}
