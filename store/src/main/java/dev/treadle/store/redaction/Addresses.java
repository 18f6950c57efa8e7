package dev.treadle.store.redaction;

/**
 * Matches IP addresses. Kept, because they point at nobody: loopback, unspecified, documentation
 * (RFC 5737, RFC 3849), private (RFC 1918, RFC 4193), link-local, shared (RFC 6598) and netmasks. A
 * version number is no address.
 */
final class Addresses {
  private static final String[] VERSION_WORDS = {
    "version",
    "ver",
    "release",
    "revision",
    "build",
    "firmware",
    "v",
    "section",
    "sec",
    "chapter",
    "appendix",
    "rfc",
    "clause"
  };

  private final Subject subject;
  private final Findings findings;
  private int colonRunEnd;

  /** The address that {@link #parseV4} read last. */
  private int value;

  Addresses(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  void reset() {
    colonRunEnd = 0;
  }

  /** Looks at four octets that start at {@code start}; returns their end, or -1. */
  int v4(int start) {
    int end = parseV4(start);
    if (end < 0 || isPartOfMore(start, end) || isVersion(start)) {
      return -1;
    }
    if (!isKept(value)) {
      findings.add(start, end, Family.IP, Findings.PATTERN);
    }
    return end;
  }

  /** Looks at a colon that may be an IPv6 address's first. */
  void colon(int position) {
    if (position < colonRunEnd
        || !(subject.has(Alphabet.HEX, position + 1) || subject.at(position + 1) == ':')) {
      return;
    }
    int start = subject.afterEscape(subject.runStart(Alphabet.HEX, position, 9), position);
    colonRunEnd = subject.runEnd(Alphabet.HEX_COLON, position);
    if (colonRunEnd - start > 39 || position - start > 4) {
      return;
    }
    if (start == position && subject.at(position + 1) != ':') {
      return;
    }
    v6(start, colonRunEnd);
  }

  private void v6(int start, int runEnd) {
    int end = runEnd;
    int tail = 0;
    if (subject.at(end) == '.') {
      int octets = subject.runStart(Alphabet.DIGIT, end, 4);
      end = parseV4(octets);
      if (end < 0 || octets <= start || subject.at(octets - 1) != ':') {
        return;
      }
      tail = 2;
      runEnd = octets;
    } else if (subject.at(end - 1) == ':' && subject.at(end - 2) != ':') {
      end--;
      runEnd = end;
    }
    boolean glued =
        (subject.has(Alphabet.WORD, start - 1) && !subject.endsEscape(start))
            || !subject.endsClean(end);
    if (glued || (subject.at(end) == '.' && subject.has(Alphabet.ALNUM, end + 1))) {
      return;
    }
    if (isAddress(start, runEnd, tail)) {
      findings.add(start, end, Family.IP, Findings.PATTERN);
    }
  }

  /**
   * Whether the groups make an IPv6 address that is not kept; {@code tail} groups more are written
   * as IPv4.
   */
  private boolean isAddress(int start, int end, int tail) {
    int groups = tail;
    int gaps = 0;
    int first = -1;
    int second = -1;
    boolean digit = tail > 0;
    boolean bytes = true;
    int i = start;
    while (i < end) {
      if (subject.at(i) == ':') {
        if (subject.at(i + 1) == ':') {
          gaps++;
          i++;
        }
        i++;
        continue;
      }
      int groupEnd = subject.runEnd(Alphabet.HEX, i, 5);
      if (groupEnd - i > 4 || (groupEnd < end && subject.at(groupEnd) != ':')) {
        return false;
      }
      int group = Integer.parseInt(subject.slice(i, groupEnd), 16);
      bytes &= groupEnd - i == 2;
      for (int d = i; d < groupEnd; d++) {
        digit |= subject.has(Alphabet.DIGIT, d);
      }
      second = groups == tail + 1 ? group : second;
      first = groups == tail ? group : first;
      groups++;
      i = groupEnd;
    }
    if (gaps == 0) {
      return groups == 8 && !bytes && !isKeptV6(start, first, second, tail);
    }
    boolean global = first >= 0x2000 && first <= 0x3fff && subject.at(start) != ':';
    boolean plausible = digit && groups < 8 && (groups >= 3 || (global && groups >= 2));
    return gaps == 1 && plausible && !isKeptV6(start, first, second, tail);
  }

  private boolean isKeptV6(int start, int first, int second, int tail) {
    if (subject.at(start) == ':') {
      return tail > 0 && isKept(value);
    }
    boolean documentation = (first == 0x2001 && second == 0xdb8) || first == 0x3fff;
    boolean local = (first & 0xffc0) == 0xfe80 || (first & 0xfe00) == 0xfc00;
    return documentation || local;
  }

  private int parseV4(int start) {
    int at = start;
    int address = 0;
    for (int octet = 0; octet < 4; octet++) {
      int end = subject.runEnd(Alphabet.DIGIT, at, 4);
      int size = end - at;
      if (size == 0 || size > 3 || (size > 1 && subject.at(at) == '0')) {
        return -1;
      }
      int number = 0;
      for (int i = at; i < end; i++) {
        number = number * 10 + subject.at(i) - '0';
      }
      if (number > 255 || (octet < 3 && subject.at(end) != '.')) {
        return -1;
      }
      address = address << 8 | number;
      at = end + 1;
    }
    value = address;
    return at - 1;
  }

  private boolean isPartOfMore(int start, int end) {
    char after = subject.at(end);
    char before = subject.at(start - 1);
    boolean more = after == '.' && subject.has(Alphabet.ALNUM, end + 1);
    boolean suffix = (after == '-' || after == '+') && subject.has(Alphabet.LETTER, end + 1);
    boolean prefix = (before == '-' || before == '.') && subject.has(Alphabet.WORD, start - 2);
    return !subject.endsClean(end) || more || suffix || prefix;
  }

  /**
   * {@code v1.2.3.4}, {@code version: 1.2.3.4}, {@code Product/1.2.3.4}, {@code package==1.2.3.4}.
   */
  private boolean isVersion(int start) {
    if (subject.at(start - 1) == '/' && subject.has(Alphabet.LETTER, start - 2)) {
      return true;
    }
    if (subject.at(start - 1) == '=' && "=~>< ".indexOf(subject.at(start - 2)) > 0) {
      return true;
    }
    int i = start;
    while (i > start - 6 && " \t:=\"'\\".indexOf(subject.at(i - 1)) >= 0) {
      i--;
    }
    char last = subject.at(i - 1);
    if (last == '§'
        || last == '第'
        || last == '版'
        || (last == '本' && subject.at(i - 2) == '版')
        || (last == '号' && subject.at(i - 2) == '本')) {
      return true;
    }
    for (String word : VERSION_WORDS) {
      if (subject.startsIgnoringCase(word, i - word.length())
          && !subject.has(Alphabet.LETTER, i - word.length() - 1)) {
        return true;
      }
    }
    return subject.startsIgnoringCase("version", i - 7);
  }

  private static boolean isKept(int address) {
    int a = address >>> 24;
    int b = address >>> 16 & 255;
    int c = address >>> 8 & 255;
    return a == 0
        || a == 10
        || a == 127
        || a == 255
        || (a == 172 && b >= 16 && b <= 31)
        || (a == 192 && b == 168)
        || (a == 169 && b == 254)
        || (a == 100 && b >= 64 && b <= 127)
        || (a == 192 && b == 0 && (c == 2 || c == 0))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113);
  }
}
