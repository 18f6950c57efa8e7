package dev.treadle.gateway.http;

import java.util.Arrays;
import java.util.Locale;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.LazyLineParser;
import org.apache.hc.core5.http.message.LineParser;
import org.apache.hc.core5.http.message.RequestLine;
import org.apache.hc.core5.http.message.StatusLine;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Parses the lines of messages' heads, for one connection. Who keeps a connection sends nearly the
 * same lines with each message: one that is the same as the one at its place in the message before
 * is not parsed again. Names of fields become lower case.
 */
public final class LineMemory implements LineParser {
  /** A connection of many clients, each with its own fields, is not to hold all of them. */
  private static final int MOST = 24;

  private static final int LONGEST = 512;

  private final LineParser parser = LazyLineParser.INSTANCE;
  private final @Nullable Known[] lines = new Known[MOST];
  private int next;

  /** A line of the last message and what it says; nobody changes either. */
  private static final class Known {
    final char[] text;
    final Object parsed;

    Known(CharArrayBuffer line, Object parsed) {
      this.text = Arrays.copyOf(line.array(), line.length());
      this.parsed = parsed;
    }

    boolean is(CharArrayBuffer line) {
      return text.length == line.length()
          && Arrays.equals(text, 0, text.length, line.array(), 0, text.length);
    }
  }

  @Override
  public RequestLine parseRequestLine(CharArrayBuffer line) throws ParseException {
    next = 0;
    return known(line) instanceof RequestLine it ? it : keep(line, parser.parseRequestLine(line));
  }

  @Override
  public StatusLine parseStatusLine(CharArrayBuffer line) throws ParseException {
    next = 0;
    return known(line) instanceof StatusLine it ? it : keep(line, parser.parseStatusLine(line));
  }

  @Override
  public Header parseHeader(CharArrayBuffer line) throws ParseException {
    if (known(line) instanceof Header it) {
      return it;
    }
    Header parsed = parser.parseHeader(line);
    return keep(
        line, new BasicHeader(parsed.getName().toLowerCase(Locale.ROOT), parsed.getValue()));
  }

  /** What the line at this place says, if it is the same as last time; goes on to the next. */
  private @Nullable Object known(CharArrayBuffer line) {
    Known known = next < MOST ? lines[next] : null;
    next++;
    return known != null && known.is(line) ? known.parsed : null;
  }

  private <T> T keep(CharArrayBuffer line, T parsed) {
    if (next <= MOST && line.length() <= LONGEST) {
      lines[next - 1] = new Known(line, parsed);
    }
    return parsed;
  }
}
