package dev.treadle.store.redaction;

/**
 * Matches PEM private keys, whole or cut off. Line breaks may be real or escapes, and lines may
 * carry quotes, comment signs or line numbers: a whole block is whatever lies between its first and
 * last line, provided that some of it is Base64.
 */
final class PrivateKeys {
  private static final int MAX_HEADER = 48;
  private static final int MAX_BODY = 1 << 16;
  private static final int MIN_RUN = 16;
  private static final int MAX_MARGIN = 16;

  private final Subject subject;
  private final Findings findings;

  PrivateKeys(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /**
   * Looks at a block whose {@code -----BEGIN} starts at {@code start}; returns where it ends, or
   * {@code start}.
   */
  int match(int start) {
    int body = bodyStart(start + "-----BEGIN".length());
    if (body < 0) {
      return start;
    }
    int stop = nextDashes(body);
    boolean whole = subject.starts("-----END", stop) || subject.starts("---- END", stop);
    int end = whole && holdsBase64(body, stop) ? endOfLastLine(stop) : cutOff(body, stop);
    if (end < 0) {
      return start;
    }
    findings.add(start, end, Family.PRIVATE_KEY, Findings.BLOCK);
    return end;
  }

  /**
   * Base64 of a whole PEM block: {@code LS0tLS1CRUdJTi} starts one that begins with a private key's
   * label.
   */
  void encoded(int start) {
    int end = subject.runEnd(Alphabet.BASE64, start);
    if (end - start < 100 || !subject.startsClean(start)) {
      return;
    }
    byte[] head = java.util.Base64.getDecoder().decode(subject.slice(start, start + 64));
    if (new String(head, java.nio.charset.StandardCharsets.ISO_8859_1).contains("PRIVATE KEY")) {
      while (subject.at(end) == '=') {
        end++;
      }
      findings.add(start, end, Family.PRIVATE_KEY, Findings.BLOCK);
    }
  }

  private int bodyStart(int from) {
    int i = from;
    while (i < from + MAX_HEADER
        && (subject.has(Alphabet.UPPER_ALNUM, i) || subject.at(i) == ' ')) {
      i++;
    }
    String label = subject.slice(from, i);
    return label.contains("PRIVATE KEY") && subject.starts("----", i)
        ? subject.runEnd(Alphabet.URL64, i, 5)
        : -1;
  }

  private int nextDashes(int from) {
    int stop = Math.min(subject.length(), from + MAX_BODY);
    for (int i = from; i < stop; i++) {
      if (subject.at(i) == '-'
          && subject.at(i + 1) == '-'
          && subject.at(i + 2) == '-'
          && subject.at(i + 3) == '-') {
        return i;
      }
    }
    return stop;
  }

  private boolean holdsBase64(int from, int to) {
    int i = from;
    while (i < to) {
      if (!subject.has(Alphabet.BASE64, i)) {
        i++;
        continue;
      }
      int end = subject.runEnd(Alphabet.BASE64, i);
      if (end - i >= MIN_RUN) {
        return true;
      }
      i = end;
    }
    return false;
  }

  private int endOfLastLine(int dashes) {
    int i = dashes + 5;
    while (i < dashes + MAX_HEADER + 8
        && (subject.has(Alphabet.UPPER_ALNUM, i) || subject.at(i) == ' ')) {
      i++;
    }
    int closing = i;
    while (closing < i + 5 && subject.at(closing) == '-') {
      closing++;
    }
    return closing;
  }

  /** The end of the Base64 lines of a block that has no last line, or -1 when there are none. */
  private int cutOff(int from, int stop) {
    int end = -1;
    int i = from;
    while (i < stop) {
      int run = skipMargin(i, stop);
      if (run < 0) {
        break;
      }
      int runEnd = subject.runEnd(Alphabet.BASE64, run);
      boolean header =
          subject.starts("Proc-Type:", run)
              || subject.starts("DEK-Info:", run)
              || subject.starts("Version:", run);
      if (header) {
        i = lineEnd(run, stop);
        continue;
      }
      boolean last = runEnd >= stop && end > 0 && subject.breaksLine(end, run);
      boolean padded = subject.at(runEnd) == '=';
      if (runEnd - run < MIN_RUN && !last && !(padded && end > 0)) {
        break;
      }
      while (subject.at(runEnd) == '=') {
        runEnd++;
      }
      end = runEnd;
      i = runEnd;
      if (padded) {
        break;
      }
    }
    return end;
  }

  /**
   * Skips what may stand between two lines of Base64: breaks, escapes of breaks, margins; -1 when
   * it is too much.
   */
  private int skipMargin(int from, int stop) {
    int i = from;
    while (i < stop && i < from + MAX_MARGIN * 2) {
      char c = subject.at(i);
      if (c == '\\' && "nrt".indexOf(subject.at(i + 1)) >= 0) {
        i += 2;
      } else if (subject.has(Alphabet.DIGIT, i) && subject.runEnd(Alphabet.BASE64, i) - i < 6) {
        i++;
      } else if (subject.has(Alphabet.BASE64, i) && c != '+') {
        return i;
      } else if (c == '+' && subject.has(Alphabet.BASE64, i + 1)) {
        return i;
      } else if (c < 128 ? " \t\r\n\\\"',+>|#*".indexOf(c) >= 0 : c == '→') {
        i++;
      } else {
        return subject.starts("Proc-Type:", i) ? i : -1;
      }
    }
    return -1;
  }

  private int lineEnd(int from, int stop) {
    int i = from;
    while (i < stop
        && i < from + 120
        && subject.at(i) != '\n'
        && !(subject.at(i) == '\\' && subject.at(i + 1) == 'n')) {
      i++;
    }
    return i;
  }
}
