package dev.treadle.transcript;

import java.util.Optional;
import java.util.function.Function;

/**
 * Exchanges to and from one line of JSON: one flat object, absent fields left out, durations in
 * milliseconds with decimals. The schema is {@code docs/records/exchange.schema.json}.
 *
 * <p>Reading what was written gives an equal exchange, but for blanks between the tokens of a body,
 * which go; unknown fields are read into {@link Exchange#extra}; the line's checksum is ignored.
 */
public final class ExchangeCodec {
  /** The version that is written; a line of a newer one is refused. */
  public static final int VERSION = 1;

  /** What becomes of a record's texts when it is written: a door's part in it. */
  public interface TextFilter {
    /** Keeps every text as it is, and where it is. */
    TextFilter NONE = text -> text;

    /**
     * The text as it may be kept; the same instance where nothing changes. Whether something does
     * depends on the text alone: what was left alone once may not be asked for again.
     */
    String clean(String text);

    /**
     * Keeps a long text of a body, which is clean already, outside of the line.
     *
     * @param utf8 its bytes; they do not change any more
     * @return its name there, 64 hexadecimal digits; empty where it is to stay in the line
     */
    default Optional<String> moved(byte[] utf8) {
      return Optional.empty();
    }
  }

  /**
   * Writes one exchange after the other; its buffers serve the next. For one thread at a time.
   * Every text that came from outside goes through its filter.
   */
  public static final class Writer {
    private final ExchangeWriter writer;

    public Writer(TextFilter filter) {
      writer = new ExchangeWriter(filter);
    }

    /**
     * One line without its line feed.
     *
     * @throws TreadleException {@link TranscriptError#NOT_JSON} where a body that was trusted is
     *     none
     */
    public byte[] write(Exchange exchange) {
      return writer.write(exchange);
    }
  }

  private ExchangeCodec() {}

  /** One line without its line feed; who writes many uses a {@link Writer}. */
  public static byte[] encode(Exchange exchange) {
    return new ExchangeWriter(TextFilter.NONE).write(exchange);
  }

  /**
   * The exchange of a line. Long texts that lie elsewhere stay {@code sha256:} and their name, and
   * the field {@code blobs} stays in {@link Exchange#extra}.
   *
   * @throws TreadleException if the line is not one
   */
  public static Exchange decode(byte[] line) {
    return ExchangeReader.read(line);
  }

  /**
   * The exchange of a line, with its long texts put back.
   *
   * @param blob gives the bytes of a name
   */
  public static Exchange decode(byte[] line, Function<String, byte[]> blob) {
    return MovedTexts.putBack(ExchangeReader.read(line), blob);
  }
}
