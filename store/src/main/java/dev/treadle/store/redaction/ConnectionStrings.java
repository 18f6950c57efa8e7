package dev.treadle.store.redaction;

/** Matches the password between {@code :} and {@code @} in URLs and DSNs, and account keys. */
final class ConnectionStrings {
  private static final int MAX_USER_INFO = 1024;

  private final Subject subject;
  private final Findings findings;
  private final Placeholders placeholders;

  /** The at sign of the last URL's user part: no e-mail address. */
  private int userInfoEnd;

  ConnectionStrings(Subject subject, Findings findings, Placeholders placeholders) {
    this.subject = subject;
    this.findings = findings;
    this.placeholders = placeholders;
  }

  void reset() {
    userInfoEnd = -1;
  }

  boolean endsUserInfo(int at) {
    return at == userInfoEnd;
  }

  /** Looks at the authority that follows {@code ://}, from {@code from} on. */
  void url(int from) {
    if (!subject.has(Alphabet.ALNUM, from - 4) || !subject.has(Alphabet.USER_INFO, from)) {
      return;
    }
    int end = subject.runEnd(Alphabet.USER_INFO, from);
    if (end == subject.length() && end - from > MAX_USER_INFO) {
      return;
    }
    int stop = Math.min(end, from + MAX_USER_INFO);
    int at = -1;
    int colon = -1;
    for (int i = from; i < stop; i++) {
      char c = subject.at(i);
      if (c == '@' && at >= 0 && subject.at(i - 1) == '@') {
        break;
      }
      if (c == '@' && isHostStart(i + 1)) {
        at = i;
        if (startsNextPart(i)) {
          break;
        }
      } else if (c == ':' && colon < 0) {
        colon = i;
      }
    }
    if (at < 0
        && colon > 0
        && (subject.at(end) == '/' || subject.at(end) == '#' || subject.at(end) == '?')) {
      at = rawAt(end);
    }
    if (at < 0) {
      return;
    }
    userInfoEnd = at;
    if (colon > 0 && colon < at && !placeholders.isPlaceholder(colon + 1, at)) {
      findings.add(colon + 1, at, Family.CONNECTION_STRING, Findings.CONNECTION);
    }
  }

  /** {@code user:password@tcp(host:port)/name}: {@code at} is where the at sign stands. */
  void dsn(int at) {
    int start = at;
    while (start > at - 128
        && subject.has(Alphabet.USER_INFO, start - 1)
        && "@(".indexOf(subject.at(start - 1)) < 0) {
      start--;
    }
    for (int i = start; i < at; i++) {
      if (subject.at(i) == ':' && i > start) {
        userInfoEnd = at;
        if (!placeholders.isPlaceholder(i + 1, at)) {
          findings.add(i + 1, at, Family.CONNECTION_STRING, Findings.CONNECTION);
        }
        return;
      }
    }
  }

  /** The Base64 key after {@code AccountKey=} and its like, from {@code from} on. */
  void accountKey(int from) {
    int end = subject.runEnd(Alphabet.BASE64, from);
    if (end - from < 40 || end - from > 128) {
      return;
    }
    while (subject.at(end) == '=') {
      end++;
    }
    if (subject.endsClean(end) && !placeholders.isPlaceholder(from, end)) {
      findings.add(from, end, Family.CONNECTION_STRING, Findings.CONNECTION);
    }
  }

  /**
   * A password may hold a raw slash, hash or question mark when the at sign follows before the word
   * is over.
   */
  private int rawAt(int from) {
    for (int i = from; i < from + 64; i++) {
      char c = subject.at(i);
      if (c == '@') {
        return isHostStart(i + 1) && !subject.has(Alphabet.DIGIT, i - 1) ? i : -1;
      }
      if (!Alphabet.USER_INFO.has(c) && "#?".indexOf(c) < 0) {
        return -1;
      }
    }
    return -1;
  }

  private boolean isHostStart(int i) {
    return subject.has(Alphabet.ALNUM, i) || subject.at(i) == '[';
  }

  /**
   * Whether the user part surely ends at {@code at}: the host is followed by what no password has
   * there.
   */
  private boolean startsNextPart(int at) {
    int i = subject.runEnd(Alphabet.DOMAIN, at + 1, 256);
    return subject.at(i) != '@' && (subject.at(i) != ':' || subject.has(Alphabet.DIGIT, i + 1));
  }
}
