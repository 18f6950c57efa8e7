package dev.treadle.gateway.collect;

import dev.treadle.store.Durability;
import dev.treadle.store.ExampleLog;
import dev.treadle.store.Heads;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.State;
import dev.treadle.store.Stream;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The comparisons of a lake: the door in, and the way to read them. Thread-safe. */
public final class ComparisonStore {
  private final Lake lake;
  private final Redactor redactor;
  private @Nullable ExampleLog door;

  public ComparisonStore(Lake lake, Redactor redactor) {
    this.lake = lake;
    this.redactor = redactor;
  }

  State state() {
    return lake.state();
  }

  /** The pseudonym under which this lake keeps what identifies somebody or something. */
  public String pseudonym(String who) {
    return door().pseudonym(who);
  }

  /**
   * Keeps a comparison; it is safe a few milliseconds later, at once after {@link #settle}.
   *
   * @throws TreadleException where the lake does not take it
   */
  public Heads.Standing keep(Comparison comparison) {
    try {
      return door().keep(comparison, Durability.GROUP_COMMIT);
    } catch (TreadleException e) {
      close(); // A door that failed once lets nothing through any more.
      throw e;
    }
  }

  /** Waits until what was kept is safe. */
  public void settle() {
    try {
      door().settle();
    } catch (TreadleException e) {
      close();
      throw e;
    }
  }

  private synchronized ExampleLog door() {
    ExampleLog open = door;
    if (open == null) {
      open = lake.comparisons(redactor);
      door = open;
    }
    return open;
  }

  private synchronized void close() {
    door = null;
  }

  /** The comparison as the lake holds it: without secrets and personal data. */
  Comparison redacted(Comparison comparison) {
    return (Comparison) comparison.mapText(redactor.open()::redact);
  }

  /** The last revision of every comparison, in the order of the log; what is none is left out. */
  void forEach(Consumer<Comparison> each) {
    try (Lines lines = lake.latest(Stream.COMPARISONS)) {
      while (lines.hasNext()) {
        byte[] json = lines.next().json();
        Comparison comparison;
        try {
          comparison = ExampleCodec.decode(json) instanceof Comparison it ? it : null;
        } catch (TreadleException e) {
          continue; // Somebody else's line: not ours to judge.
        }
        if (comparison != null) {
          each.accept(comparison);
        }
      }
    }
  }

  /** A message with its long texts in it, which the lake keeps beside the line. */
  Message whole(Message message) {
    if (!(message.content() instanceof Content.Parts(List<Part> parts))
        || parts.stream().noneMatch(Part.Blob.class::isInstance)) {
      return message;
    }
    List<Part> whole = new ArrayList<>(parts.size());
    for (Part part : parts) {
      whole.add(part instanceof Part.Blob blob ? text(blob) : part);
    }
    return message.withContent(new Content.Parts(whole));
  }

  private Part text(Part.Blob blob) {
    byte[] bytes = lake.blobs().get(blob.sha256());
    return blob.mediaType().equals(Part.Blob.PART)
        ? new Part.Unknown(Json.read(bytes))
        : new Part.Text(new String(bytes, StandardCharsets.UTF_8));
  }
}
