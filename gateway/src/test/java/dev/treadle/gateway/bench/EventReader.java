package dev.treadle.gateway.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a stream of chat completion chunks just far enough to count and to time it. */
final class EventReader {
  private static final byte[] CONTENT = ascii("\"content\":\"");
  private static final byte[] TOKENS = ascii("\"completion_tokens\":");
  private static final byte[] DONE = ascii("data: [DONE]");

  private final Runnable onFirstContent;
  private byte[] line = new byte[1024];
  private int length;
  private int contentEvents;
  private int statedTokens = -1;
  private long firstContent;
  private long end;

  EventReader(Runnable onFirstContent) {
    this.onFirstContent = onFirstContent;
  }

  /** The next bytes of the stream, from anywhere to anywhere. */
  void read(byte[] bytes, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (bytes[i] == '\n') {
        endLine();
        length = 0;
      } else {
        if (length == line.length) {
          line = Arrays.copyOf(line, length * 2);
        }
        line[length++] = bytes[i];
      }
    }
  }

  private void endLine() {
    int content = after(CONTENT);
    if (content >= 0 && content < length && line[content] != '"') {
      if (contentEvents++ == 0) {
        firstContent = System.nanoTime();
        onFirstContent.run();
      }
    } else if (after(DONE) >= 0) {
      end = System.nanoTime();
    } else {
      int tokens = after(TOKENS);
      statedTokens = tokens < 0 ? statedTokens : number(tokens);
    }
  }

  private int number(int from) {
    int number = 0;
    for (int i = from; i < length && line[i] >= '0' && line[i] <= '9'; i++) {
      number = number * 10 + line[i] - '0';
    }
    return number;
  }

  /** The place after these bytes in the line; -1 where they are not in it. */
  private int after(byte[] wanted) {
    for (int i = 0; i + wanted.length <= length; i++) {
      if (line[i] == wanted[0]
          && Arrays.equals(line, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i + wanted.length;
      }
    }
    return -1;
  }

  /** Whether the stream said that it is over. */
  boolean isDone() {
    return end != 0;
  }

  ChatAnswer answer(int status, String exchange) {
    return new ChatAnswer(
        status, exchange, isDone(), contentEvents, statedTokens, firstContent, end);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
