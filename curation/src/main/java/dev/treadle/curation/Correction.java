package dev.treadle.curation;

import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Message;
import java.util.List;
import java.util.Optional;

/**
 * An answer that the user objected to and the one that followed: in a conversation with the label
 * {@code signal: user_correction}, the last context answer, user message and answer to train on in
 * a row.
 *
 * @param prompt what came before the answer that the user objected to
 */
record Correction(List<Message> prompt, Message.Assistant rejected, Message.Assistant chosen) {
  private static final String LABEL = "signal";
  private static final String USER_CORRECTION = "user_correction";

  static Optional<Correction> of(Example example) {
    if (!(example instanceof Conversation conversation)
        || !conversation.header().labels().containsKey(LABEL)
        || !conversation.header().labels().get(LABEL).asString("").equals(USER_CORRECTION)) {
      return Optional.empty();
    }
    List<Message> messages = conversation.messages();
    for (int i = messages.size() - 3; i > 0; i--) {
      if (messages.get(i) instanceof Message.Assistant rejected
          && !rejected.train()
          && messages.get(i + 1) instanceof Message.User
          && messages.get(i + 2) instanceof Message.Assistant chosen
          && chosen.train()) {
        return Optional.of(new Correction(messages.subList(0, i), rejected, chosen));
      }
    }
    return Optional.empty();
  }
}
