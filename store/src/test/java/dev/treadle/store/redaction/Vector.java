package dev.treadle.store.redaction;

/** A text with a value at a known place that is, or only looks like, a finding of one family. */
record Vector(Family family, boolean isValid, String text, int start, int end) {
  /** {@code template} with {@code value} in the place of {@code §}. */
  static Vector in(String template, Family family, boolean isValid, String value) {
    int start = template.indexOf('§');
    return new Vector(family, isValid, template.replace("§", value), start, start + value.length());
  }

  /**
   * Whether the standard redactor is right about this vector: the valid one found exactly, the near
   * miss not at all.
   */
  boolean isRight() {
    for (Finding finding : Redactor.standard().findings(text)) {
      if (finding.family() == family && finding.start() < end && finding.end() > start) {
        return isValid && finding.start() == start && finding.end() == end;
      }
    }
    return !isValid;
  }

  String value() {
    return text.substring(start, end);
  }
}
