package dev.treadle.store.redaction;

import java.util.List;

/**
 * One pass over a text: the automaton finds anchors, and at each the matcher it calls for looks at
 * a bounded window, or at a run whose end is remembered. So the time is linear in the text,
 * whatever it holds. Reused from text to text; not thread-safe.
 */
final class Scanner {
  private static final int CHUNK = 8192;
  private static final Keyword[] KEYWORDS = Keyword.all().toArray(Keyword[]::new);
  private static final KeyRule[] RULES = KeyRule.ALL.toArray(KeyRule[]::new);
  private static final Automaton AUTOMATON =
      new Automaton(List.of(KEYWORDS).stream().map(Keyword::text).toList(), Plates.PROVINCES);

  private final char[] chunk = new char[CHUNK];
  private final Subject subject = new Subject();
  private final Placeholders placeholders = new Placeholders(subject);
  private final Vendors vendors = new Vendors(subject);
  private final Findings findings;
  private final PrefixedKeys prefixed;
  private final SkKeys skKeys;
  private final SlackTokens slack;
  private final PrivateKeys privateKeys;
  private final Jwts jwts;
  private final ConnectionStrings connections;
  private final Assignments assignments;
  private final VendorSecrets vendorSecrets;
  private final Emails emails;
  private final Addresses addresses;
  private final Numbers numbers;
  private final Plates plates;

  /** Anchors before this position lie in something that has been dealt with. */
  private int resumeAt;

  Scanner(long families) {
    findings = new Findings(families);
    prefixed = new PrefixedKeys(subject, findings);
    skKeys = new SkKeys(subject, findings, vendors);
    slack = new SlackTokens(subject, findings);
    privateKeys = new PrivateKeys(subject, findings);
    jwts = new Jwts(subject, findings);
    connections = new ConnectionStrings(subject, findings, placeholders);
    assignments = new Assignments(subject, findings, placeholders, vendors);
    vendorSecrets = new VendorSecrets(subject, findings);
    emails = new Emails(subject, findings);
    addresses = new Addresses(subject, findings);
    numbers = new Numbers(subject, findings, addresses);
    plates = new Plates(subject, findings);
  }

  /** What the last scan found. */
  Findings findings() {
    return findings;
  }

  void scan(String text) {
    reset(text);
    byte[] classes = AUTOMATON.classes();
    short[] next = AUTOMATON.next();
    char[] window = chunk;
    int state = 0;
    for (int from = 0; from < text.length(); from += CHUNK) {
      int size = Math.min(CHUNK, text.length() - from);
      text.getChars(from, from + size, window, 0);
      for (int i = 0; i < size; i++) {
        int step = next[state << Automaton.CLASS_BITS | classes[window[i]]];
        state = step & Automaton.STATE_MASK;
        if (step < 0) {
          anchor(state, from + i, window[i]);
        }
      }
    }
    skKeys.finish();
    findings.settle();
  }

  private void reset(String text) {
    subject.reset(text);
    findings.clear();
    placeholders.reset();
    vendors.reset();
    skKeys.reset();
    connections.reset();
    assignments.reset();
    vendorSecrets.reset();
    addresses.reset();
    numbers.reset();
    resumeAt = 0;
  }

  /** The automaton asks for attention after the character {@code c} at {@code last}. */
  private void anchor(int state, int last, char c) {
    if (last < resumeAt || placeholders.covers(last)) {
      return;
    }
    if (c >= '0' && c <= '9') {
      numbers.digit(last);
    } else if (c > 127 && Plates.PROVINCES.indexOf(c) >= 0) {
      plates.match(last);
    }
    for (int number : AUTOMATON.outputs(state)) {
      Keyword keyword = KEYWORDS[number];
      call(keyword, last + 1 - keyword.text().length(), last + 1);
    }
  }

  // One line a case: long, but flat.
  private void call(Keyword keyword, int start, int end) {
    switch (keyword.call()) {
      case RULE -> rule(RULES[keyword.rule()], start);
      case SK -> skKeys.match(start);
      case GITHUB_FINE_GRAINED -> prefixed.githubFineGrained(start);
      case GITLAB_ROUTABLE -> prefixed.gitlabRoutable(start, end - start);
      case BAIDU -> prefixed.baidu(start);
      case SENDGRID -> prefixed.sendgrid(start);
      case TWILIO -> prefixed.twilio(start);
      case TELEGRAM -> prefixed.telegram(start);
      case ARK -> prefixed.ark(start);
      case AGE -> prefixed.age(start);
      case SLACK_TOKEN -> slack.token(start);
      case SLACK_APP -> slack.app(start);
      case SLACK_WEBHOOK -> slack.webhook(start, end);
      case PEM -> resumeAt = Math.max(resumeAt, privateKeys.match(start));
      case PEM_ENCODED -> privateKeys.encoded(start);
      case JWT -> jwts.match(start);
      case URL -> connections.url(end);
      case DSN -> connections.dsn(start);
      case ACCOUNT_KEY -> connections.accountKey(end);
      case PASSWORD_NAME -> assignments.match(Assignments.Strength.PASSWORD, start, end);
      case SECRET_NAME -> assignments.match(Assignments.Strength.SECRET, start, end);
      case TOKEN_NAME -> assignments.match(Assignments.Strength.TOKEN, start, end);
      case AUTHORIZATION_NAME -> assignments.match(Assignments.Strength.AUTHORIZATION, start, end);
      case BEARER -> assignments.bearer(end);
      case AT -> at(start, end);
      case COLON -> addresses.colon(start);
      case IDENTITY_WORD -> numbers.sawIdentityWord(end);
      case VENDOR -> vendor(keyword.vendor(), start, end);
      case PLACEHOLDER -> placeholders.note(start, findings);
    }
  }

  /** A key's id names its vendor, and the secret that belongs to it is often next to it. */
  private void rule(KeyRule rule, int start) {
    int end = prefixed.match(rule, start);
    if (end > 0) {
      vendors.saw(rule.family(), end);
      vendorSecrets.around(rule.family(), start, end);
    }
  }

  private void at(int start, int end) {
    if (!connections.endsUserInfo(start)) {
      emails.match(start, end);
    }
  }

  private void vendor(Family vendor, int start, int end) {
    vendors.saw(vendor, end);
    skKeys.named(vendor, start);
    vendorSecrets.around(vendor, start, end);
  }
}
