package dev.treadle.transcript;

/**
 * The name of an example: it never changes, whatever happens to the text. It is the hash of the
 * source system and that source's own identity of the thing, never of a path or a text.
 *
 * @param value {@code ex_} and 32 hexadecimal digits; for a derived example, then {@code .name}
 *     once or more
 */
public record ExampleId(String value) implements Comparable<ExampleId> {
  private static final String PREFIX = "ex_";
  private static final int DIGITS = 32;

  public ExampleId {
    if (!isWellFormed(value)) {
      throw new IllegalArgumentException(
          "not an example id: '"
              + value
              + "' (expected ex_ and "
              + DIGITS
              + " hexadecimal digits)");
    }
  }

  /** The id of what {@code system} itself calls {@code key}. */
  public static ExampleId of(String system, String key) {
    return new ExampleId(
        PREFIX
            + Sha256.unkeyed().text("example").text(system).text(key).hex().substring(0, DIGITS));
  }

  /** The id of what is derived from this example under {@code name}, such as one turn of it. */
  public ExampleId derived(String name) {
    return new ExampleId(value + "." + name);
  }

  @Override
  public int compareTo(ExampleId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isWellFormed(String value) {
    int end = PREFIX.length() + DIGITS;
    if (!value.startsWith(PREFIX) || value.length() < end) {
      return false;
    }
    for (int i = PREFIX.length(); i < end; i++) {
      if (Character.digit(value.charAt(i), 16) < 0) {
        return false;
      }
    }
    return value.length() == end || (value.charAt(end) == '.' && value.length() > end + 1);
  }
}
