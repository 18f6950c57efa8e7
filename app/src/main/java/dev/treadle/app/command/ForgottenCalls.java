package dev.treadle.app.command;

import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.TreadleException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls through the gateway that are to be forgotten, and the feedback that goes with them.
 * Later calls of a conversation repeat what earlier ones said: so all of a conversation goes with
 * one of its calls.
 */
record ForgottenCalls(Set<String> exchanges, Set<String> feedback) {

  /** Those of an id, a conversation's name or a subject's pseudonym; one of the three is given. */
  static ForgottenCalls find(
      Lake lake, @Nullable String id, @Nullable String conversation, @Nullable String subject) {
    Set<String> conversations = new HashSet<>();
    Set<String> exchanges = new TreeSet<>();
    Predicate<Exchange> wanted =
        it ->
            it.id().equals(id) || isEqual(name(it), conversation) || isEqual(it.subject(), subject);
    read(lake, wanted, exchanges, conversations);
    read(
        lake, it -> name(it).filter(conversations::contains).isPresent(), exchanges, conversations);
    Set<String> feedback = new TreeSet<>();
    try (Lines lines = lake.read(Stream.FEEDBACK)) {
      lines.forEachRemaining(
          line -> {
            readable(() -> FeedbackCodec.decode(line.json()))
                .filter(
                    it ->
                        it.id().equals(id)
                            || isEqual(it.subject(), subject)
                            || isEqual(it.conversation(), conversation)
                            || it.exchange().filter(exchanges::contains).isPresent()
                            || it.conversation().filter(conversations::contains).isPresent())
                .ifPresent(it -> feedback.add(it.id()));
          });
    }
    return new ForgottenCalls(exchanges, feedback);
  }

  /** Whether an example was made of one of these calls: then its key begins with the call's id. */
  boolean led(Source source) {
    int slash = source.key().indexOf('/');
    return slash > 0 && exchanges.contains(source.key().substring(0, slash));
  }

  private static void read(
      Lake lake, Predicate<Exchange> wanted, Set<String> exchanges, Set<String> conversations) {
    try (Lines lines = lake.read(Stream.EXCHANGES)) {
      lines.forEachRemaining(
          line -> {
            readable(() -> ExchangeCodec.decode(line.json()))
                .filter(wanted)
                .ifPresent(
                    it -> {
                      exchanges.add(it.id());
                      name(it).ifPresent(conversations::add);
                    });
          });
    }
  }

  /** A line that a newer version wrote says nothing here, and keeps nobody from the others. */
  private static <T> Optional<T> readable(Supplier<T> record) {
    try {
      return Optional.of(record.get());
    } catch (TreadleException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> name(Exchange it) {
    return it.conversation().map(Exchange.ConversationMark::id);
  }

  private static boolean isEqual(Optional<String> value, @Nullable String wanted) {
    return wanted != null && value.isPresent() && value.get().equals(wanted);
  }
}
