package dev.treadle.gateway;

import dev.treadle.routing.Target;
import dev.treadle.transcript.Exchange;
import java.time.Instant;
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

  /** An exchange's place in its conversation, and what it left behind. */
  private record Turn(String conversation, int number, String exchange, Answered answered) {}

  /**
   * What an exchange left behind.
   *
   * @param target that answered
   * @param tokens of the prompt and the answer: what that target's cache may hold
   */
  record Answered(Optional<Target> target, long tokens, Instant time) {}

  /**
   * What is known of the conversation that a request belongs to.
   *
   * @param conversation its id, also where the request begins it
   * @param last who answered last
   * @param time of that answer
   */
  record Known(String conversation, Optional<Target> last, long tokens, Instant time) {}

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
   * @param answered what this exchange leaves behind
   */
  Exchange.ConversationMark mark(
      String exchange,
      String who,
      TurnDigests digests,
      Optional<String> named,
      boolean isHeader,
      Answered answered) {
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
    String conversation = named.orElse(before == null ? first(exchange) : before.conversation());
    int number = before == null ? digests.turn() : before.number() + 1;
    Turn now = new Turn(conversation, number, exchange, answered);
    digests.through().ifPresent(it -> turns.put(key(who, it), now));
    named.ifPresent(it -> turns.put(key(who, it), now));
    return new Exchange.ConversationMark(
        conversation,
        by,
        number,
        Optional.ofNullable(before).map(Turn::exchange),
        prefix,
        digests.through());
  }

  /** What is known of a request's conversation before it is answered; changes nothing. */
  Known recognise(String exchange, String who, TurnDigests digests, Optional<String> named) {
    Turn before = null;
    for (String digest : digests.beforeAnswers()) {
      before = before == null ? turns.get(key(who, digest)) : before;
    }
    if (before == null && named.isPresent()) {
      before = turns.get(key(who, named.get()));
    }
    if (before == null) {
      return new Known(named.orElseGet(() -> first(exchange)), Optional.empty(), 0, Instant.EPOCH);
    }
    Answered left = before.answered();
    return new Known(
        named.orElse(before.conversation()), left.target(), left.tokens(), left.time());
  }

  /** The id of the conversation that an exchange begins. */
  private static String first(String exchange) {
    return PREFIX + exchange.substring(exchange.indexOf('_') + 1);
  }

  private static String key(String who, String digest) {
    return digest + who;
  }
}
