package dev.treadle.gateway;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.JsonCursor;
import dev.treadle.transcript.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Bodies as they stand in records. */
final class KeptBody {
  private static final int LONGEST_TEXT = 2000;

  private KeptBody() {}

  /** Without the byte order mark that some clients begin with, and that the log does not take. */
  static byte[] ofRequest(byte[] body) {
    int mark = JsonCursor.markLength(body);
    return mark == 0 ? body : Arrays.copyOfRange(body, mark, body.length);
  }

  /** As it is, where it is JSON; else the beginning of its text. */
  static Optional<RawJson> ofAnswer(byte[] body) {
    if (beginsAsObject(body)) {
      return Optional.of(RawJson.trusted(body));
    }
    if (body.length == 0) {
      return Optional.empty();
    }
    int length = Math.min(body.length, LONGEST_TEXT);
    String text = new String(body, 0, length, StandardCharsets.UTF_8);
    return Optional.of(RawJson.of(Json.object().put("text", text)));
  }

  /** Some servers send empty lines for as long as their model thinks. */
  private static boolean beginsAsObject(byte[] bytes) {
    for (byte it : bytes) {
      if (it != ' ' && it != '\n' && it != '\r' && it != '\t') {
        return it == '{';
      }
    }
    return false;
  }
}
