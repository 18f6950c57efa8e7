package dev.treadle.store;

import dev.treadle.store.redaction.Redaction;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.ExchangeCodec.TextFilter;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one record after the other with its texts redacted and its long texts put into blobs. Its
 * buffers and tables are large next to a record, so it is used again. For one thread at a time.
 */
final class RedactingWriter implements TextFilter {
  private static final int KNOWN_CHARACTERS = 1 << 20;

  private final Redaction redaction;
  private final CleanTexts known = new CleanTexts(KNOWN_CHARACTERS);
  private final Blobs blobs;
  private final ExchangeCodec.Writer exchanges = new ExchangeCodec.Writer(this);

  RedactingWriter(Redactor redactor, Blobs blobs) {
    this.redaction = redactor.open();
    this.blobs = blobs;
  }

  byte[] write(Exchange exchange) {
    return exchanges.write(exchange);
  }

  byte[] write(Feedback feedback) {
    return FeedbackCodec.encode(feedback, this);
  }

  /** Forgets the secrets that it saw: the next record's get numbers of their own. */
  void clear() {
    redaction.clear();
  }

  /** What was redacted in the last record: occurrences by family. */
  Map<String, Integer> redactions() {
    return redaction.isUsed() ? redaction.counts() : Map.of();
  }

  @Override
  public String clean(String text) {
    if (known.knows(text)) {
      return text;
    }
    String clean = redaction.redact(text);
    if (clean.equals(text)) {
      known.add(text);
    }
    return clean;
  }

  @Override
  public Optional<String> moved(byte[] utf8) {
    return Optional.of(blobs.put(utf8));
  }
}
