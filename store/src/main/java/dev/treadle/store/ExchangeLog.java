package dev.treadle.store;

import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.DigestKey;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.StringNode;

/**
 * The door of the logs of exchanges and feedback, and the only one: what goes through it is
 * redacted, relieved of its long texts, and appended. Thread-safe, and made for many threads: the
 * work of an append is done by its caller, on one of a few {@link RedactingWriter}s that serve one
 * record after the other.
 *
 * <p>Within one record the same secret gets the same placeholder, whether it stands in the request,
 * the answer, a header or an upstream's message.
 */
public final class ExchangeLog {
  /** What a record is marked with, in {@code extra}, that was too long: how long it was. */
  public static final String TOO_LONG = "too_long";

  /** What a record is marked with, in {@code extra}, whose bodies were no JSON: where not. */
  public static final String NOT_JSON = "not_json";

  private static final int IDLE_WRITERS = 8;

  private final Lake lake;
  private final Redactor redactor;
  private final DigestKey key;
  private final int lineBytes;
  private final AtomicReferenceArray<RedactingWriter> idle =
      new AtomicReferenceArray<>(IDLE_WRITERS);
  private final Map<String, LongAdder> redacted = new ConcurrentHashMap<>();
  private final AtomicLong withoutBodies = new AtomicLong();
  private final AtomicBoolean failing = new AtomicBoolean();

  ExchangeLog(Lake lake, Redactor redactor, int lineBytes) {
    this.lake = lake;
    this.redactor = redactor;
    this.key = new DigestKey(lake.state().key());
    this.lineBytes = lineBytes;
  }

  /** The pseudonym under which this lake keeps a person or key. */
  public String pseudonym(String who) {
    return key.pseudonym(who);
  }

  /**
   * Appends an exchange; one with the id of an earlier one takes its place. A record that is longer
   * than a line may be, and one whose trusted bodies are no JSON, is kept without its bodies,
   * counted, and marked.
   *
   * @return done when the record is safe: for {@link Durability#BEFORE_ANSWER} when this returns
   * @throws TreadleException when a {@link Durability#BEFORE_ANSWER} record could not be stored
   */
  public Ticket keep(Exchange exchange, Durability durability) {
    return append(Stream.EXCHANGES, line(exchange), durability);
  }

  /** Appends what somebody said of an answer; as {@link #keep(Exchange, Durability)}. */
  public Ticket keep(Feedback feedback, Durability durability) {
    byte[] line;
    RedactingWriter writer = take();
    try {
      line = writer.write(feedback);
      count(writer);
    } finally {
      giveBack(writer);
    }
    return append(Stream.FEEDBACK, line, durability);
  }

  /** What was redacted since this was opened: occurrences by family. */
  public SortedMap<String, Long> redactions() {
    SortedMap<String, Long> counts = new TreeMap<>();
    redacted.forEach((family, count) -> counts.put(family, count.sum()));
    return counts;
  }

  /** How many records were kept without their bodies since this was opened. */
  public long withoutBodies() {
    return withoutBodies.get();
  }

  /**
   * Whether the last append failed and none succeeded since: so that a call can be refused before
   * it costs anything, as its record would be lost. Who refuses calls must go on appending, if only
   * the refusals: the first append that succeeds ends it.
   */
  public boolean isFailing() {
    return failing.get();
  }

  private byte[] line(Exchange exchange) {
    RedactingWriter writer = take();
    try {
      byte[] line = whole(writer, exchange);
      count(writer);
      return line;
    } catch (TreadleException e) {
      failing.set(true); // A long text could not be put into a blob.
      throw e;
    } finally {
      giveBack(writer);
    }
  }

  private byte[] whole(RedactingWriter writer, Exchange exchange) {
    try {
      byte[] line = writer.write(exchange);
      return line.length + Line.SUFFIX <= lineBytes
          ? line
          : writer.write(withoutBodies(exchange, TOO_LONG, IntNode.valueOf(line.length)));
    } catch (TreadleException e) {
      if (e.code() != TranscriptError.NOT_JSON) {
        throw e;
      }
      StringNode where = StringNode.valueOf(String.valueOf(e.getMessage()));
      return writer.write(withoutBodies(exchange, NOT_JSON, where));
    }
  }

  private Exchange withoutBodies(Exchange it, String mark, JsonNode why) {
    withoutBodies.incrementAndGet();
    Map<String, JsonNode> extra = new LinkedHashMap<>(it.extra());
    extra.put(mark, why);
    return it.withBodies(
            Optional.empty(),
            it.answer()
                .map(
                    answer ->
                        new Exchange.Answer(
                            answer.status(),
                            answer.streamed(),
                            answer.events(),
                            Optional.empty(),
                            answer.losses())))
        .withExtra(extra);
  }

  private Ticket append(Stream stream, byte[] line, Durability durability) {
    Ticket ticket;
    try {
      Ticket asked = new Ticket(isSafe -> failing.set(!isSafe));
      ticket = lake.enqueueLine(stream, line, durability, asked);
    } catch (TreadleException e) {
      failing.set(true);
      throw e;
    }
    if (durability == Durability.BEFORE_ANSWER) {
      ticket.await();
    }
    return ticket;
  }

  private void count(RedactingWriter writer) {
    writer
        .redactions()
        .forEach((family, n) -> redacted.computeIfAbsent(family, _ -> new LongAdder()).add(n));
  }

  private RedactingWriter take() {
    for (int i = 0; i < IDLE_WRITERS; i++) {
      RedactingWriter writer = idle.getPlain(i) == null ? null : idle.getAndSet(i, null);
      if (writer != null) {
        return writer;
      }
    }
    return new RedactingWriter(redactor, lake.blobs());
  }

  private void giveBack(RedactingWriter writer) {
    writer.clear();
    for (int i = 0; i < IDLE_WRITERS; i++) {
      if (idle.getPlain(i) == null && idle.compareAndSet(i, null, writer)) {
        return;
      }
    }
  }
}
