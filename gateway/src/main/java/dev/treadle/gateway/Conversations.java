package dev.treadle.gateway;

import dev.treadle.transcript.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recognises conversations: by the name that the client gives, or because a request begins with the
 * messages and the answer of an earlier exchange. Remembers the latest ones only; what it forgets
 * or never saw, the digests in the log still join. For one thread.
 */
final class Conversations {
  private static final int REMEMBERED = 100_000;
  private static final String PREFIX = "cv_";

  private final Map<String, Turn> turns =
      new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Turn> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** An exchange's place in its conversation. */
  private record Turn(String conversation, int number, String exchange) {}

  /** The id of a conversation that a client has named, by the pseudonym of that name. */
  static String named(String pseudonym) {
    return PREFIX + pseudonym.replaceFirst("^p_", "");
  }

  /**
   * Where an exchange stands in its conversation.
   *
   * @param exchange its id
   * @param who calls: the same words from somebody else are another conversation
   * @param named the conversation that the client names
   * @param isHeader whether it names it in our header, not in the body
   */
  Exchange.ConversationMark mark(
      String exchange, String who, TurnDigests digests, Optional<String> named, boolean isHeader) {
    List<String> known = digests.beforeAnswers();
    Optional<String> prefix = known.isEmpty() ? Optional.empty() : Optional.of(known.getFirst());
    Turn before = null;
    for (String digest : known) {
      before = turns.get(key(who, digest));
      if (before != null) {
        prefix = Optional.of(digest);
        break;
      }
    }
    String by =
        named.isPresent() ? (isHeader ? "header" : "body") : before == null ? "new" : "prefix";
    String conversation =
        named.orElse(
            before == null
                ? PREFIX + exchange.substring(exchange.indexOf('_') + 1)
                : before.conversation());
    int number = before == null ? digests.turn() : before.number() + 1;
    Turn now = new Turn(conversation, number, exchange);
    digests.through().ifPresent(it -> turns.put(key(who, it), now));
    return new Exchange.ConversationMark(
        conversation,
        by,
        number,
        Optional.ofNullable(before).map(Turn::exchange),
        prefix,
        digests.through());
  }

  private static String key(String who, String digest) {
    return digest + who;
  }
}
