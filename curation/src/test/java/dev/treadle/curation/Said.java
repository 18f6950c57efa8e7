package dev.treadle.curation;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes conversations for tests: texts in turn, the person first. */
final class Said {
  private Said() {}

  static Example of(String key, String group, int minute, String... texts) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      messages.add(
          i % 2 == 0
              ? new Message.User(Content.of(texts[i]), Optional.empty(), Map.of())
              : Message.Assistant.of(texts[i]));
    }
    Source source =
        new Source(
            "test",
            key,
            group,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Instant.ofEpochSecond(minute * 60L)));
    return new Conversation(Header.of(source), messages, List.of());
  }

  static Example of(String key, String... texts) {
    return of(key, key, 0, texts);
  }
}
