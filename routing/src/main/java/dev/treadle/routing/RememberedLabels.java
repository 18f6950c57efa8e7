package dev.treadle.routing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A classifier's answers, the latest of them remembered by the hash of the text and the
 * classifier's version. Thread-safe. What failed is asked again.
 */
public final class RememberedLabels implements TextLabels {
  private final TextLabels asked;
  private final Map<String, Label> latest;

  /**
   * Remembers.
   *
   * @param size how many answers at most
   */
  public RememberedLabels(TextLabels asked, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a cache holds at least one answer: " + size);
    }
    this.asked = asked;
    this.latest =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Label> eldest) {
            return size() > size;
          }
        };
  }

  @Override
  public String version() {
    return asked.version();
  }

  @Override
  public Optional<Label> classify(String text) {
    String key = key(text);
    synchronized (latest) {
      Label known = latest.get(key);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<Label> answer = asked.classify(text);
    answer.ifPresent(
        it -> {
          synchronized (latest) {
            latest.put(key, it.remembered());
          }
        });
    return answer;
  }

  private String key(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(asked.version().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
