package dev.treadle.store.redaction;

/**
 * Matches the keys that start with {@code sk-}: OpenAI's by their marker or length; those of
 * DeepSeek, DashScope, Moonshot and SiliconFlow by length and the vendor's name nearby. A name
 * before the key on its line decides, else one after it on its line, else the nearest before it,
 * else the nearest after it. Keys that wait for a name after them are held back here.
 */
final class SkKeys {
  private static final String MARKER = "T3BlbkFJ";
  private static final String[] SCOPES = {"proj-", "svcacct-", "admin-", "None-"};
  private static final int MAX_WAITING = 16;

  private final Subject subject;
  private final Findings findings;
  private final Vendors vendors;
  private final Shape shape;
  private final int[] waitingStart = new int[MAX_WAITING];
  private final int[] waitingEnd = new int[MAX_WAITING];

  /**
   * The family without a name on the key's line; OPENAI stands for a key of 48, DEEPSEEK and
   * DASHSCOPE for one of 32.
   */
  private final Family[] waitingFamily = new Family[MAX_WAITING];

  /** Whether a name was before the key, on another line. */
  private final boolean[] waitingNamed = new boolean[MAX_WAITING];

  private final boolean[] waitingUnsure = new boolean[MAX_WAITING];
  private int waiting;

  SkKeys(Subject subject, Findings findings, Vendors vendors) {
    this.subject = subject;
    this.findings = findings;
    this.vendors = vendors;
    this.shape = new Shape(subject);
  }

  void reset() {
    waiting = 0;
  }

  /** Looks at a key that starts at {@code start}, where {@code sk-} stands in some case. */
  void match(int start) {
    if (!subject.starts("sk-", start) || !subject.startsClean(start)) {
      return;
    }
    int body = start + 3;
    for (String scope : SCOPES) {
      if (subject.starts(scope, body)) {
        scoped(start, body + scope.length());
        return;
      }
    }
    if (subject.starts("sp-", body)) {
      codingPlan(start, body + 3);
      return;
    }
    int end = subject.runEnd(Alphabet.ALNUM, body);
    int size = end - body;
    if ((size != 32 && size != 48)
        || !subject.endsClean(end)
        || (subject.at(end) == '-' && subject.has(Alphabet.ALNUM, end + 1))) {
      return;
    }
    shape.measure(body, end);
    if (shape.isFiller()) {
      return;
    }
    if (size == 48) {
      plain48(start, body, end);
    } else {
      plain32(start, end);
    }
  }

  /** A vendor is named from {@code nameStart} on: keys shortly before may be the vendor's. */
  void named(Family vendor, int nameStart) {
    int kept = 0;
    for (int i = 0; i < waiting; i++) {
      boolean near = nameStart - waitingEnd[i] <= Vendors.REACH;
      boolean fits = fits(vendor, waitingEnd[i] - waitingStart[i] - 3);
      if (near && fits && (!waitingNamed[i] || !subject.breaksLine(waitingEnd[i], nameStart))) {
        findings.add(waitingStart[i], waitingEnd[i], family(vendor), Findings.EXACT);
      } else if (near) {
        move(i, kept++);
      } else {
        giveUp(i);
      }
    }
    waiting = kept;
  }

  /** The text is over, and so is waiting. */
  void finish() {
    for (int i = 0; i < waiting; i++) {
      giveUp(i);
    }
    waiting = 0;
  }

  /**
   * Project, service account and administrator keys: the marker between two halves of 20, 58 or 74
   * characters.
   */
  private void scoped(int start, int body) {
    int end = subject.runEnd(Alphabet.URL64, body);
    int size = end - body;
    int half = (size - MARKER.length()) / 2;
    boolean known = size == 48 || size == 124 || size == 156;
    if (!known || misspelt(body + half) || !subject.startsDashed(start)) {
      return;
    }
    shape.measure(body, end);
    if (!shape.isFiller()) {
      findings.add(start, end, Family.OPENAI, Findings.EXACT);
    }
  }

  /** DashScope's plan keys have a prefix of their own; their length is not published. */
  private void codingPlan(int start, int body) {
    int end = subject.runEnd(Alphabet.ALNUM, body);
    shape.measure(body, end);
    if (end - body >= 30
        && end - body <= 128
        && subject.endsClean(end)
        && !shape.isFiller()
        && shape.digits > 1) {
      findings.add(start, end, Family.DASHSCOPE, Findings.EXACT);
    }
  }

  private void plain48(int start, int body, int end) {
    if (misspelt(body + 20)) {
      return;
    }
    if (subject.starts(MARKER, body + 20)) {
      findings.add(start, end, Family.OPENAI, Findings.EXACT);
    } else {
      decide(start, end, Family.OPENAI, false, Family.MOONSHOT, Family.SILICONFLOW);
    }
  }

  private void plain32(int start, int end) {
    boolean hex = shape.isHex() && shape.uppers == 0;
    int body = start + 3;
    int notHex = 0;
    for (int i = body; i < end; i++) {
      notHex += Alphabet.LOWER_HEX.has(subject.at(i)) ? 0 : 1;
    }
    // One or two letters beyond f among 32 are a slip; a key drawn from all letters has many.
    if (hex || notHex >= 4) {
      decide(start, end, Family.DEEPSEEK, !hex, Family.DEEPSEEK, Family.DASHSCOPE, Family.ALIBABA);
    }
  }

  private void decide(int start, int end, Family otherwise, boolean unsure, Family... candidates) {
    Family nearest = null;
    for (Family candidate : candidates) {
      boolean later = nearest == null || vendors.lastEnd(candidate) > vendors.lastEnd(nearest);
      if (later && vendors.near(candidate, start)) {
        nearest = candidate;
      }
    }
    if (nearest != null && vendors.onSameLine(nearest, start)) {
      findings.add(start, end, family(nearest), Findings.EXACT);
      return;
    }
    if (waiting == MAX_WAITING) {
      giveUp(0);
      for (int i = 1; i < waiting; i++) {
        move(i, i - 1);
      }
      waiting--;
    }
    waitingStart[waiting] = start;
    waitingEnd[waiting] = end;
    waitingFamily[waiting] = nearest == null ? otherwise : family(nearest);
    waitingNamed[waiting] = nearest != null;
    waitingUnsure[waiting++] = unsure && nearest == null;
  }

  private void giveUp(int index) {
    if (!waitingUnsure[index]) {
      findings.add(waitingStart[index], waitingEnd[index], waitingFamily[index], Findings.EXACT);
    }
  }

  private void move(int from, int to) {
    waitingStart[to] = waitingStart[from];
    waitingEnd[to] = waitingEnd[from];
    waitingFamily[to] = waitingFamily[from];
    waitingNamed[to] = waitingNamed[from];
    waitingUnsure[to] = waitingUnsure[from];
  }

  /** Nearly the marker, which no key drawn at random has. */
  private boolean misspelt(int at) {
    int same = 0;
    for (int i = 0; i < MARKER.length(); i++) {
      same += subject.at(at + i) == MARKER.charAt(i) ? 1 : 0;
    }
    return same >= 4 && same < MARKER.length();
  }

  private static boolean fits(Family vendor, int size) {
    return switch (vendor) {
      case DEEPSEEK, DASHSCOPE, ALIBABA -> size == 32;
      case MOONSHOT, SILICONFLOW -> size == 48;
      default -> false;
    };
  }

  private static Family family(Family vendor) {
    return vendor == Family.ALIBABA ? Family.DASHSCOPE : vendor;
  }
}
