package dev.treadle.store;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a segment: {@code <utc-day>/<writer>-<n>}. Here {@code n} is when it began, in
 * milliseconds, so that segments sort by their beginning whoever wrote them. That order, then the
 * position in the segment, is the order of the log.
 */
record SegmentName(String day, String writer, long number) implements Comparable<SegmentName> {
  private static final Pattern FILE = Pattern.compile("([a-z0-9]{1,32})-([0-9]{1,18})");
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Comparator<SegmentName> ORDER =
      Comparator.comparing(SegmentName::day)
          .thenComparingLong(SegmentName::number)
          .thenComparing(SegmentName::writer);

  static final String PLAIN = ".jsonl";
  static final String SEALED = ".jsonl.zst";
  static final String LOCK = ".jsonl.lock";
  static final String CUT = ".jsonl.cut";

  static boolean isDay(String folder) {
    return DAY.matcher(folder).matches();
  }

  /** The segment to which a file of the given suffix belongs; nothing for any other file. */
  static Optional<SegmentName> parse(String day, String file, String suffix) {
    if (!file.endsWith(suffix)) {
      return Optional.empty();
    }
    Matcher matcher = FILE.matcher(file.substring(0, file.length() - suffix.length()));
    return matcher.matches()
        ? Optional.of(new SegmentName(day, matcher.group(1), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  static SegmentName parse(String text) {
    int slash = text.indexOf('/');
    return parse(text.substring(0, slash), text.substring(slash + 1), "").orElseThrow();
  }

  Path in(Path streamFolder, String suffix) {
    return streamFolder.resolve(day).resolve(writer + "-" + number + suffix);
  }

  @Override
  public int compareTo(SegmentName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return day + "/" + writer + "-" + number;
  }
}
