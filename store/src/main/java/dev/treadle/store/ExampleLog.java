package dev.treadle.store;

import dev.treadle.store.redaction.Redaction;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Digest;
import dev.treadle.transcript.DigestKey;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The door of a log of examples, and the only one: what goes through it is fingerprinted as it was
 * said, redacted, relieved of its long parts, and appended. Thread-safe, one record at a time; any
 * number of processes have a door each.
 */
public final class ExampleLog {
  /** A text part of more bytes than this becomes a blob. */
  static final int INLINE_BYTES = 64 << 10;

  private final Lake lake;
  private final Stream stream;
  private final Redactor redactor;
  private final DigestKey key;
  private final Heads heads;
  private final Blobs blobs;
  private final SortedMap<String, Long> redacted = new TreeMap<>();
  private @Nullable Ticket last;

  ExampleLog(Lake lake, Stream stream, Redactor redactor) {
    this.lake = lake;
    this.stream = stream;
    this.redactor = redactor;
    this.key = new DigestKey(lake.state().key());
    this.heads = lake.heads(stream);
    this.blobs = lake.blobs();
  }

  /** The pseudonym under which this lake keeps a person or key. */
  public String pseudonym(String who) {
    return key.pseudonym(who);
  }

  /**
   * Appends an example, unless the lake holds it already or forgot it.
   *
   * @return how it stood to what the lake held before; {@code NEW} and {@code REVISED} were
   *     appended
   */
  public synchronized Heads.Standing keep(Example example, Durability durability) {
    if (last != null && last.isFailed()) {
      last.await(); // Throws: there is no sense in going on where the disk is full.
    }
    Digest digest = Digest.of(key, example);
    String id = example.header().id().value();
    Heads.Standing standing = heads.standing(id, digest.value());
    switch (standing) {
      case SAME, FORGOTTEN -> {}
      case NEW, REVISED -> {
        byte[] line =
            ExampleCodec.encode(redacted(example.withHeader(example.header().withDigest(digest))));
        last = lake.appendLine(stream, line, durability);
        heads.note(id, digest.value());
      }
    }
    return standing;
  }

  /**
   * Waits until everything that was kept here is safe from a power cut.
   *
   * @throws dev.treadle.transcript.TreadleException when the last of it could not be stored
   */
  public synchronized void settle() {
    if (last != null) {
      last.await();
    }
  }

  /** What was redacted since this was opened: occurrences by family. */
  public synchronized SortedMap<String, Long> redactions() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(redacted));
  }

  private Example redacted(Example example) {
    Redaction redaction = redactor.open();
    Example clean = example.mapText(redaction::redact);
    redaction.counts().forEach((family, count) -> redacted.merge(family, (long) count, Long::sum));
    return clean.withMessages(clean.messages().stream().map(this::withoutLongParts).toList());
  }

  private Message withoutLongParts(Message message) {
    Content content = shortened(message.content());
    if (content.equals(message.content())) {
      return message;
    }
    return message.withContent(content);
  }

  private Content shortened(Content content) {
    return switch (content) {
      case Content.Text it ->
          isLong(it.text()) ? new Content.Parts(List.of(blob(it.text(), Part.Blob.TEXT))) : it;
      case Content.Parts it -> {
        List<Part> parts = new ArrayList<>(it.parts().size());
        for (Part part : it.parts()) {
          parts.add(
              switch (part) {
                case Part.Text(String text) -> isLong(text) ? blob(text, Part.Blob.TEXT) : part;
                case Part.Unknown(JsonNode json) -> {
                  String text = json.toString();
                  yield isLong(text) ? blob(text, Part.Blob.PART) : part;
                }
                case Part.Blob blob -> blob;
              });
        }
        yield new Content.Parts(parts);
      }
    };
  }

  private static boolean isLong(String text) {
    return text.length() > INLINE_BYTES
        || (text.length() * 3L > INLINE_BYTES
            && text.getBytes(StandardCharsets.UTF_8).length > INLINE_BYTES);
  }

  private Part.Blob blob(String text, String mediaType) {
    byte[] bytes = ExampleCodec.wellFormed(text).getBytes(StandardCharsets.UTF_8);
    return new Part.Blob(blobs.put(bytes), bytes.length, mediaType);
  }
}
