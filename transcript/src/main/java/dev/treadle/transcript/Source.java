package dev.treadle.transcript;

import java.time.Instant;
import java.util.Optional;

/**
 * Where an example comes from.
 *
 * @param system the product or station, such as {@code claude-code}
 * @param key that system's own identity of the thing; with {@code system} it makes the id
 * @param group what must never be split between training and test, such as a session with all its
 *     branches
 * @param subject the pseudonym of the person or key that it came from ({@link DigestKey#pseudonym})
 * @param terms whose answers these are, such as {@code anthropic}, so that an export can leave out
 *     what may not be trained on
 * @param time when it was said
 */
public record Source(
    String system,
    String key,
    String group,
    Optional<String> subject,
    Optional<String> terms,
    Optional<Instant> time) {
  public Source {
    if (system.isBlank() || key.isBlank() || group.isBlank()) {
      throw new IllegalArgumentException(
          "a source has a system, a key and a group: '"
              + system
              + "', '"
              + key
              + "', '"
              + group
              + "'");
    }
  }
}
