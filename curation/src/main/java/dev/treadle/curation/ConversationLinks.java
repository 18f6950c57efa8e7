package dev.treadle.curation;

import dev.treadle.transcript.Exchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which conversations are one, and to which one a feedback belongs, without holding the
 * log in memory: what has to meet is spilled under the same key.
 *
 * <p>A gateway that was started anew gives a conversation that goes on a new name. Its first
 * exchange there has no parent, and what it says came before is, digest for digest, what another
 * conversation of the same subject had come to: then the older one's name counts for both.
 */
final class ConversationLinks implements AutoCloseable {
  private final KeyedLines links;

  /** The older conversation by the newer one's key; as many as there were restarts. */
  private final Map<String, String> older = new HashMap<>();

  ConversationLinks(Path folder) {
    links = new KeyedLines(folder);
  }

  /** What a link says of an exchange. */
  private enum Kind {
    /** A conversation had come to this digest. */
    THROUGH,
    /** A conversation, as far as it is known, begins after this digest. */
    PREFIX,
    /** The exchange of this id belongs to this conversation. */
    EXCHANGE,
    /** This was said of the exchange of this id. */
    FEEDBACK
  }

  private record Link(Kind kind, String conversation, String subject, String exchange) {
    byte[] encode() {
      return (kind.name() + "\n" + conversation + "\n" + subject + "\n" + exchange)
          .getBytes(StandardCharsets.UTF_8);
    }

    static Link decode(byte[] line) {
      String[] fields = new String(line, StandardCharsets.UTF_8).split("\n", 4);
      return new Link(Kind.valueOf(fields[0]), fields[1], fields[2], fields[3]);
    }
  }

  void add(Exchange it, String conversation) {
    String subject = it.subject().orElse("").replace('\n', ' ');
    add(it.id(), new Link(Kind.EXCHANGE, conversation, subject, it.id()));
    if (it.conversation().isPresent()) {
      Exchange.ConversationMark mark = it.conversation().get();
      mark.through()
          .ifPresent(digest -> add(digest, new Link(Kind.THROUGH, conversation, subject, it.id())));
      if (mark.parent().isEmpty()) {
        mark.prefix()
            .ifPresent(
                digest -> add(digest, new Link(Kind.PREFIX, conversation, subject, it.id())));
      }
    }
  }

  /** The line of a feedback that names an exchange. */
  void addFeedback(String exchange, byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    add(exchange, new Link(Kind.FEEDBACK, "", "", text));
  }

  private void add(String meeting, Link link) {
    links.add(Hashes.sha256(meeting.getBytes(StandardCharsets.UTF_8)), link.encode());
  }

  /**
   * Brings together what was added.
   *
   * @param feedback takes a conversation's key and the line of a feedback that belongs to it; the
   *     key is null where the exchange is not there
   */
  void join(BiConsumer<@Nullable String, byte[]> feedback) {
    links.end();
    for (int part = 0; part < KeyedLines.parts(); part++) {
      Map<String, List<Link>> meetings = new TreeMap<>();
      Iterator<KeyedLines.Entry> entries = links.part(part);
      entries.forEachRemaining(
          entry ->
              meetings
                  .computeIfAbsent(entry.key(), _ -> new ArrayList<>())
                  .add(Link.decode(entry.line())));
      meetings.values().forEach(meeting -> join(meeting, feedback));
    }
  }

  private void join(List<Link> meeting, BiConsumer<@Nullable String, byte[]> feedback) {
    List<Link> through = of(Kind.THROUGH, meeting);
    for (Link link : of(Kind.PREFIX, meeting)) {
      boolean isInside = through.stream().anyMatch(it -> isSame(it, link));
      if (!isInside) {
        before(through, link).ifPresent(it -> follow(link.conversation(), it.conversation()));
      }
    }
    List<Link> exchanges = of(Kind.EXCHANGE, meeting);
    String conversation = exchanges.isEmpty() ? null : exchanges.getLast().conversation();
    for (Link link : of(Kind.FEEDBACK, meeting)) {
      feedback.accept(conversation, link.exchange().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<Link> of(Kind kind, List<Link> links) {
    return links.stream().filter(link -> link.kind() == kind).toList();
  }

  private static boolean isSame(Link one, Link other) {
    return one.conversation().equals(other.conversation());
  }

  /** The last exchange of the same subject that had come so far; ids sort by time. */
  private static Optional<Link> before(List<Link> through, Link link) {
    return through.stream()
        .filter(it -> it.subject().equals(link.subject()))
        .filter(it -> it.exchange().compareTo(link.exchange()) < 0)
        .max((a, b) -> a.exchange().compareTo(b.exchange()));
  }

  private void follow(String newer, String before) {
    if (!older.containsKey(newer) && !name(before).equals(newer)) {
      older.put(newer, before);
    }
  }

  /** The key under which a conversation counts. */
  String name(String conversation) {
    String name = conversation;
    for (String next = older.get(name); next != null; next = older.get(name)) {
      name = next;
    }
    return name;
  }

  /** The keys of all conversations that are one with another. */
  Set<String> joined() {
    Set<String> joined = new HashSet<>(older.keySet());
    joined.addAll(older.values());
    return joined;
  }

  @Override
  public void close() {
    links.close();
  }
}
