package dev.treadle.store.redaction;

import java.util.Locale;
import java.util.Set;

/**
 * Matches e-mail addresses around an at sign; remotes, package versions and names of files are
 * none.
 */
final class Emails {
  private static final int MAX_LOCAL = 64;
  private static final int MAX_DOMAIN = 253;
  private static final Set<String> FILE_ENDINGS =
      Set.of(
          """
          png jpg jpeg gif svg webp ico bmp css scss less js mjs cjs ts tsx jsx json html htm xml yml
          yaml toml lock txt csv tgz gz tar jar war class java kt exe dll pdf ttf woff woff2 service
          log ini conf cfg patch diff
          """
              .split("\\s+"));
  private static final Set<String> REMOTE_USERS =
      Set.of("git", "hg", "svn", "gitea", "gitlab", "bitbucket", "aur");

  private final Subject subject;
  private final Findings findings;

  Emails(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** Looks around an at sign, or its URL escape, that takes {@code [at, after)}. */
  void match(int at, int after) {
    int start = localStart(at);
    if (start >= at || !subject.has(Alphabet.ALNUM, after)) {
      return;
    }
    int end = domainEnd(after);
    if (end < 0 || isRemote(start, at, end)) {
      return;
    }
    findings.add(start, end, Family.EMAIL, Findings.CHECKED);
  }

  private int localStart(int at) {
    int start = subject.runStart(Alphabet.LOCAL, at, MAX_LOCAL + 1);
    if (at - start > MAX_LOCAL || subject.at(at - 1) == '.') {
      return at;
    }
    start = afterEscapes(start, at);
    while (start < at && ".%+-".indexOf(subject.at(start)) >= 0) {
      start++;
    }
    for (int i = start; i + 1 < at; i++) {
      if (subject.at(i) == '.' && subject.at(i + 1) == '.') {
        return at;
      }
    }
    return start;
  }

  private int afterEscapes(int from, int at) {
    int start = from;
    if (subject.at(start - 1) == '\\') {
      if (subject.at(start) == 'u' && subject.runEnd(Alphabet.HEX, start + 1, 4) == start + 5) {
        start += 5;
      } else if ("nrtbf".indexOf(subject.at(start)) >= 0) {
        start++;
      }
    }
    for (int i = start; i + 2 < at; i++) {
      if (subject.at(i) == '%'
          && subject.has(Alphabet.HEX, i + 1)
          && subject.has(Alphabet.HEX, i + 2)) {
        start = i + 3;
      }
    }
    return start;
  }

  /**
   * The end of the domain: labels without dashes at their ends, the last one of letters, the first
   * no version.
   */
  private int domainEnd(int from) {
    int end = subject.runEnd(Alphabet.DOMAIN, from, MAX_DOMAIN + 1);
    if (end - from > MAX_DOMAIN) {
      return -1;
    }
    while (end > from && (subject.at(end - 1) == '.' || subject.at(end - 1) == '-')) {
      end--;
    }
    int label = from;
    int labels = 0;
    for (int i = from; i <= end; i++) {
      if (i < end && subject.at(i) != '.') {
        continue;
      }
      if (i == label || i - label > 63 || subject.at(label) == '-' || subject.at(i - 1) == '-') {
        return -1;
      }
      labels++;
      if (i < end) {
        label = i + 1;
      }
    }
    boolean good =
        labels > 1
            && isTopLevel(label, end)
            && !isVersion(from)
            && subject.at(end) != '_'
            && subject.at(end) != '@';
    return good ? end : -1;
  }

  private boolean isTopLevel(int start, int end) {
    int size = end - start;
    if (subject.startsIgnoringCase("xn--", start)) {
      return size > 5;
    }
    boolean letters = subject.runEnd(Alphabet.LETTER, start, 25) == end && size >= 2;
    return letters && !FILE_ENDINGS.contains(subject.slice(start, end).toLowerCase(Locale.ROOT));
  }

  private boolean isVersion(int from) {
    int start = subject.at(from) == 'v' ? from + 1 : from;
    int dot = subject.runEnd(Alphabet.DIGIT, start, 6);
    return dot > start && subject.at(dot) == '.' && subject.has(Alphabet.DIGIT, dot + 1);
  }

  /** {@code git@host:path} and {@code ssh://git@host/path}. */
  private boolean isRemote(int start, int at, int end) {
    if (subject.at(start - 1) == '/' && subject.at(start - 2) == '/') {
      return true;
    }
    boolean path =
        subject.at(end) == ':'
            && (subject.has(Alphabet.WORD, end + 1)
                || subject.at(end + 1) == '/'
                || subject.at(end + 1) == '~');
    String local = at - start <= 10 ? subject.slice(start, at) : "";
    return REMOTE_USERS.contains(local) && (path || local.equals("git") || subject.at(end) == '/');
  }
}
