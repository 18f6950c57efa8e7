package dev.treadle.store.redaction;

/** Matches Slack's tokens and the secret paths of its incoming webhooks. */
final class SlackTokens {
  private final Subject subject;
  private final Findings findings;

  SlackTokens(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** A token at {@code xox}. */
  void token(int start) {
    if (!subject.starts("xox", start) || !subject.startsClean(start)) {
      return;
    }
    int end =
        switch (subject.at(start + 3)) {
          case 'b' -> bot(start + 4);
          case 'p', 'e', 's', 'o' -> user(start + 4);
          case 'a', 'r' -> workspace(start + 4);
          case 'c', 'd' -> browser(start + 4);
          default -> -1;
        };
    if (end > 0 && subject.endsClean(end) && subject.at(end) != '-') {
      findings.add(start, end, Family.SLACK, Findings.EXACT);
    }
  }

  /** An app-level token at {@code xapp-}: a digit, an app id, digits, 64 hexadecimal digits. */
  void app(int start) {
    int from = start + "xapp-".length();
    int appId = subject.runEnd(Alphabet.DIGIT, from, 2);
    int number = subject.runEnd(Alphabet.UPPER_ALNUM, appId + 1, 16);
    int last = subject.runEnd(Alphabet.DIGIT, number + 1, 16);
    int end = subject.runEnd(Alphabet.ALNUM, last + 1, 65);
    if (subject.starts("xapp-", start)
        && subject.startsClean(start)
        && appId > from
        && subject.at(appId) == '-'
        && number >= appId + 9
        && subject.at(number) == '-'
        && last >= number + 9
        && subject.at(last) == '-'
        && end == last + 65
        && subject.endsClean(end)) {
      findings.add(start, end, Family.SLACK, Findings.EXACT);
    }
  }

  /** The path after {@code hooks.slack.com/}, which ends at {@code from}. */
  void webhook(int start, int from) {
    int team = after(from, "services/", "workflows/", "triggers/");
    if (team < 0 || subject.at(team) != 'T') {
      return;
    }
    int hook = subject.runEnd(Alphabet.UPPER_ALNUM, team, 14);
    int secret = subject.runEnd(Alphabet.ALNUM, hook + 1, 22);
    int end = subject.runEnd(Alphabet.ALNUM, secret + 1, 26);
    if (hook - team >= 8
        && hook - team <= 13
        && subject.at(hook) == '/'
        && secret - hook >= 8
        && secret - hook <= 22
        && subject.at(secret) == '/'
        && end - secret == 25
        && subject.endsClean(end)) {
      int scheme = subject.starts("https://", start - 8) ? start - 8 : start;
      findings.add(scheme, end, Family.SLACK, Findings.EXACT);
    }
  }

  private int after(int from, String... parts) {
    for (String part : parts) {
      if (subject.starts(part, from)) {
        return from + part.length();
      }
    }
    return -1;
  }

  /** Two numbers and 24 characters; the older form has one number and 18 to 26 characters. */
  private int bot(int from) {
    int first = number(from, 8, 14);
    int second = first < 0 ? -1 : number(first, 10, 13);
    if (second > 0) {
      int end = subject.runEnd(Alphabet.ALNUM, second + 1, 25);
      return end - second == 25 ? end : -1;
    }
    if (first < 0 || subject.at(first) != '-') {
      return -1;
    }
    int end = subject.runEnd(Alphabet.ALNUM, first + 1, 27);
    return end - first > 18 && end - first <= 27 ? end : -1;
  }

  /**
   * Three numbers and 32 characters, or the refreshable form, which is the bot's or user's with a
   * longer tail.
   */
  private int user(int from) {
    if (subject.starts("-1-", from)
        || subject.starts(".xoxp-1-", from)
        || subject.starts(".xoxb-1-", from)) {
      int body = from + (subject.at(from) == '.' ? 8 : 3);
      int end = subject.runEnd(Alphabet.ALNUM, body, 200);
      return end - body >= 140 && end - body <= 180 ? end : -1;
    }
    int first = number(from, 10, 13);
    int second = first < 0 ? -1 : number(first, 10, 13);
    int third = second < 0 ? -1 : number(second, 10, 13);
    if (third < 0 || subject.at(third) != '-') {
      return -1;
    }
    int end = subject.runEnd(Alphabet.ALNUM, third + 1, 33);
    return end - third == 33 ? end : -1;
  }

  private int workspace(int from) {
    int body = subject.starts("-2-", from) ? from + 2 : from;
    int first = number(body, 8, 14);
    int at = first < 0 ? body : first;
    for (int i = 0; i < 2 && first > 0; i++) {
      int next = number(at, 8, 14);
      at = next < 0 ? at : next;
    }
    if (subject.at(at) != '-') {
      return -1;
    }
    int end = subject.runEnd(Alphabet.ALNUM, at + 1, 65);
    return end - at > (first > 0 ? 16 : 40) && end - at <= 64 ? end : -1;
  }

  private int browser(int from) {
    if (subject.at(from) != '-') {
      return -1;
    }
    int end = subject.runEnd(Alphabet.URL64, from + 1);
    return end - from > 60 ? end : -1;
  }

  /**
   * The end of a dash and {@code min} to {@code max} digits at {@code from} that a dash follows, or
   * -1.
   */
  private int number(int from, int min, int max) {
    if (subject.at(from) != '-') {
      return -1;
    }
    int end = subject.runEnd(Alphabet.DIGIT, from + 1, max + 1);
    int size = end - from - 1;
    return size >= min && size <= max && subject.at(end) == '-' ? end : -1;
  }
}
