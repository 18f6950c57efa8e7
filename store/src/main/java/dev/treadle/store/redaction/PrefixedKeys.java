package dev.treadle.store.redaction;

/**
 * Matches keys with a published prefix: the rules of {@link KeyRule}, and the few shapes that need
 * more than one.
 */
final class PrefixedKeys {
  private static final int GITHUB_FINE_GRAINED = 82;

  private final Subject subject;
  private final Findings findings;
  private final Shape shape;

  PrefixedKeys(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
    this.shape = new Shape(subject);
  }

  /** Looks for a key of {@code rule} at {@code start}; returns its end, or -1. */
  int match(KeyRule rule, int start) {
    if (!subject.starts(rule.prefix(), start)) {
      return -1;
    }
    boolean dashes = rule.alphabet() == Alphabet.URL64;
    boolean clean = dashes ? subject.startsDashed(start) : subject.startsClean(start);
    if (rule.secretFrom() == 0 && !clean) {
      return -1;
    }
    int from = start + rule.prefix().length();
    int end = subject.runEnd(rule.alphabet(), from);
    int size = end - from;
    if (size < rule.min() || size > rule.max() || !subject.endsClean(end)) {
      return -1;
    }
    shape.measure(from, end);
    if (shape.isFiller() || !plausible(rule, from, end)) {
      return -1;
    }
    findings.add(start + rule.secretFrom(), end, rule.family(), Findings.EXACT);
    return end;
  }

  private boolean plausible(KeyRule rule, int from, int end) {
    return switch (rule.family()) {
      case AWS -> !subject.starts("EXAMPLE", end - 7);
      case TENCENT, ALIBABA, KINGSOFT -> shape.digits > 0 || (shape.lowers > 0 && shape.uppers > 0);
      case GITLAB -> shape.kinds() > 1;
      case GOOGLE -> rule.min() != rule.max() || shape.kinds() > 1;
      default -> end > from;
    };
  }

  /** {@code github_pat_}, 22 characters, an underscore, 59 characters. */
  void githubFineGrained(int start) {
    int from = start + "github_pat_".length();
    if (!subject.starts("github_pat_", start) || !subject.startsClean(start)) {
      return;
    }
    int end = subject.runEnd(Alphabet.WORD, from);
    if (end - from == GITHUB_FINE_GRAINED
        && subject.runEnd(Alphabet.ALNUM, from, 23) == from + 22
        && subject.runEnd(Alphabet.ALNUM, from + 23, 60) == end) {
      shape.measure(from, end);
      if (!shape.isFiller()) {
        findings.add(start, end, Family.GITHUB, Findings.EXACT);
      }
    }
  }

  /**
   * GitLab's routable tokens: 27 to 300 characters, an optional version, and 9 (or 7) characters of
   * length and check.
   */
  void gitlabRoutable(int start, int prefixLength) {
    int from = start + prefixLength;
    int dot = subject.runEnd(Alphabet.URL64, from);
    if (dot - from < 27
        || dot - from > 300
        || subject.at(dot) != '.'
        || !subject.startsDashed(start)) {
      return;
    }
    int end = subject.runEnd(Alphabet.ALNUM, dot + 1, 10);
    if (end == dot + 3 && subject.at(end) == '.') {
      end = subject.runEnd(Alphabet.ALNUM, end + 1, 10);
      if (end != dot + 13 && end != dot + 11) {
        return;
      }
    } else if (end != dot + 10) {
      return;
    }
    if (subject.endsClean(end)) {
      findings.add(start, end, Family.GITLAB, Findings.EXACT);
    }
  }

  /**
   * {@code bce-v3/ALTAK-} or {@code bce-v3/ALTAKSP-}, 21 characters, a slash, 40 hexadecimal
   * digits.
   */
  void baidu(int start) {
    int from = start + "bce-v3/ALTAK".length();
    if (!subject.starts("bce-v3/ALTAK", start) || !subject.startsClean(start)) {
      return;
    }
    from += subject.starts("SP-", from) ? 3 : subject.at(from) == '-' ? 1 : 100;
    int slash = subject.runEnd(Alphabet.ALNUM, from, 22);
    int end = subject.runEnd(Alphabet.LOWER_HEX, slash + 1, 41);
    if (slash == from + 21
        && subject.at(slash) == '/'
        && end == slash + 41
        && subject.endsClean(end)) {
      findings.add(start, end, Family.BAIDU, Findings.EXACT);
    }
  }

  /** {@code SG.}, 22 characters, a dot, 43 characters. */
  void sendgrid(int start) {
    int dot = subject.runEnd(Alphabet.URL64, start + 3, 23);
    if (!subject.starts("SG.", start)
        || dot != start + 25
        || subject.at(dot) != '.'
        || !subject.startsClean(start)) {
      return;
    }
    int end = subject.runEnd(Alphabet.URL64, dot + 1, 44);
    if (end == dot + 44) {
      findings.add(start, end, Family.SENDGRID, Findings.EXACT);
    }
  }

  /** Twilio's API key: {@code SK} and 32 hexadecimal digits. */
  void twilio(int start) {
    if (!subject.starts("SK", start)
        || !subject.has(Alphabet.LOWER_HEX, start + 2)
        || !subject.startsClean(start)) {
      return;
    }
    int end = subject.runEnd(Alphabet.LOWER_HEX, start + 2, 33);
    if (end == start + 34 && subject.endsClean(end)) {
      shape.measure(start + 2, end);
      if (!shape.isFiller()) {
        findings.add(start, end, Family.TWILIO, Findings.EXACT);
      }
    }
  }

  /**
   * A Telegram bot token around {@code :AA} at {@code colon}: 8 to 10 digits before, 33 characters
   * after.
   */
  void telegram(int colon) {
    int start = subject.afterEscape(subject.runStart(Alphabet.DIGIT, colon, 15), colon);
    int size = colon - start;
    int end = subject.runEnd(Alphabet.URL64, colon + 1, 36);
    boolean bot = subject.starts("bot", start - 3);
    if (size >= 8
        && size <= 10
        && end == colon + 36
        && subject.at(colon + 1) == 'A'
        && (bot || subject.startsClean(start))) {
      findings.add(start, end, Family.TELEGRAM, Findings.EXACT);
    }
  }

  /** Volcengine Ark's key: {@code ark-}, a UUID, and sometimes five characters more. */
  void ark(int start) {
    if (!subject.starts("ark-", start) || !subject.startsClean(start)) {
      return;
    }
    int end = subject.runEnd(Alphabet.URL64, start + 4);
    int uuid = Uuids.end(subject, start + 4);
    if (uuid == end
        || (uuid > 0 && subject.at(uuid) == '-' && end - uuid >= 5 && end - uuid <= 9)) {
      findings.add(start, end, Family.VOLCENGINE, Findings.EXACT);
    }
  }

  /** An age identity: {@code AGE-SECRET-KEY-1} and 58 characters. */
  void age(int start) {
    int end = subject.runEnd(Alphabet.UPPER_ALNUM, start + "AGE-SECRET-KEY-1".length(), 59);
    if (subject.starts("AGE-SECRET-KEY-1", start) && end == start + 74 && subject.endsClean(end)) {
      findings.add(start, end, Family.PRIVATE_KEY, Findings.EXACT);
    }
  }
}
