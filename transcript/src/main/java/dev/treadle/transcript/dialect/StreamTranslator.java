package dev.treadle.transcript.dialect;

import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns one wire API's event stream into another's, event by event. A clean end is said only where
 * the upstream finished: it gave a reason, and then its closing event or, for {@link #end()}, the
 * end of its bytes.
 */
public abstract sealed class StreamTranslator permits ChatToMessages, MessagesToChat, SameProtocol {
  final Losses losses = new Losses();
  private List<SseEvent> out = new ArrayList<>();

  StreamTranslator() {}

  /**
   * At the beginning of a stream.
   *
   * @param includeUsage whether a chat client asked for the chunk with counts
   * @param created the time, in seconds since 1970, that chat's chunks carry
   * @throws TreadleException {@link TranscriptError#NO_TRANSLATION} into or out of {@link
   *     Protocol#RESPONSES}
   */
  public static StreamTranslator of(
      Protocol from, Protocol to, boolean includeUsage, long created) {
    if (from == to) {
      return new SameProtocol();
    }
    if (from == Protocol.CHAT && to == Protocol.MESSAGES) {
      return new ChatToMessages();
    }
    if (from == Protocol.MESSAGES && to == Protocol.CHAT) {
      return new MessagesToChat(includeUsage, created);
    }
    throw Dialect.noTranslation("streams");
  }

  /** The events that this one becomes: none, one or several. */
  public List<SseEvent> translate(SseEvent event) {
    if (event.isComment()) {
      return List.of();
    }
    if (event.data().startsWith("[DONE]")) {
      done();
      return taken();
    }
    event
        .object()
        .ifPresentOrElse(data -> read(event.name(), data), () -> losses.add("event:malformed"));
    return taken();
  }

  /**
   * The clean end, for an upstream that said why it ended and then closed the connection. Nothing
   * if it did not, or if the end was said before.
   */
  public List<SseEvent> end() {
    close();
    return taken();
  }

  /** What could not be said in the other wire API so far. */
  public List<String> losses() {
    return losses.names();
  }

  abstract void read(String name, ObjectNode data);

  /** Chat's closing mark was read. */
  void done() {}

  abstract void close();

  final void emit(String name, JsonNode data) {
    out.add(SseEvent.of(name, data));
  }

  final void emit(SseEvent event) {
    out.add(event);
  }

  private List<SseEvent> taken() {
    List<SseEvent> events = out;
    out = new ArrayList<>();
    return events;
  }
}
