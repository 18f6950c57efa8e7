package dev.treadle.store.redaction;

import java.util.List;
import java.util.Set;

/**
 * Finds secrets and personal data in text and replaces each by a placeholder. Immutable,
 * thread-safe.
 */
public final class Redactor {
  private static final long ALL = (1L << Family.values().length) - 1;
  private static final Redactor STANDARD = new Redactor(ALL);
  private static final Redactor NONE = new Redactor(0L);

  private final long families;

  private Redactor(long families) {
    this.families = families;
  }

  /** Looks for every family. */
  public static Redactor standard() {
    return STANDARD;
  }

  /** Passes everything through. */
  public static Redactor none() {
    return NONE;
  }

  /** Looks for every family but those in {@code off}. */
  public static Redactor without(Set<Family> off) {
    long families = ALL;
    for (Family family : off) {
      families &= ~family.bit();
    }
    return new Redactor(families);
  }

  /** Starts one record's redaction. */
  public Redaction open() {
    return new Redaction(families);
  }

  /**
   * What one pass over {@code text} finds: in order, without overlaps, placeholders not among them.
   */
  public List<Finding> findings(String text) {
    if (families == 0) {
      return List.of();
    }
    Scanner scanner = new Scanner(families);
    scanner.scan(text);
    return scanner.findings().toList();
  }
}
