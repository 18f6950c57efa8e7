package dev.treadle.transcript;

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

  private ExchangeCodec() {}

  /** One line without its line feed; who writes many uses an {@link ExchangeWriter}. */
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
