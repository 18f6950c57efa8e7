package dev.treadle.gateway;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.JsonCursor;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Digests of a conversation up to each answer in it, made in one pass over a request and its
 * answer. A client sends the conversation so far with each turn; its digest up to the last answer
 * is then the one that the earlier turn ended with.
 *
 * <p>What counts is roles, texts, calls and results: a client may send an answer back with other
 * spacing, as a text or as a list of parts, and without its thinking.
 *
 * @param beforeAnswers the digest after each answer that the request brings along, the last one
 *     first
 * @param through the digest after this exchange's own answer
 */
record TurnDigests(List<String> beforeAnswers, Optional<String> through) {
  private static final int DIGITS = 32;
  private static final int KEPT = 8;
  private static final int HEAD = 5;

  /** Never fed, only copied: asking the JDK for one takes longer than copying it. */
  private static final MessageDigest SHA_256 = sha256();

  /** What may come and go from turn to turn. */
  private static final Set<String> BESIDE =
      Set.of("cache_control", "citations", "signature", "caller", "index");

  /** How many answers the request brings along. */
  int turn() {
    return beforeAnswers.size();
  }

  /**
   * The digests of one exchange.
   *
   * @param seed secret: so that nobody can test a guess of a text against its digest
   * @param answer empty where there is none
   */
  static TurnDigests of(byte[] seed, Api api, byte[] request, byte[] answer) {
    return switch (api) {
      case CHAT, MESSAGES -> new Walk(seed).digests(api, request, answer);
      case RESPONSES -> byIds(seed, request, answer);
      case EMBEDDINGS -> new TurnDigests(List.of(), Optional.empty());
    };
  }

  /** Responses names the answer that a request goes on from. */
  private static TurnDigests byIds(byte[] seed, byte[] request, byte[] answer) {
    Walk walk = new Walk(seed);
    return new TurnDigests(
        walk.idDigest(request, "previous_response_id").stream().toList(),
        walk.idDigest(answer, "id"));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static MessageDigest copy(MessageDigest of) {
    try {
      return (MessageDigest) of.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  private static final class Walk {
    private final byte[] seed;
    private final byte[] said = new byte[512];
    private int filled;
    private final MessageDigest hash;
    private final List<String> after = new ArrayList<>();
    private byte[] body = new byte[0];
    private boolean isAnswer;

    Walk(byte[] seed) {
      this.seed = seed;
      hash = copy(SHA_256);
      hash.update(seed);
    }

    TurnDigests digests(Api api, byte[] request, byte[] answer) {
      try {
        messages(begin(request));
        List<String> latest = after.reversed();
        List<String> before = List.copyOf(latest.subList(0, Math.min(KEPT, latest.size())));
        return new TurnDigests(
            before, answer.length > 0 ? answered(api, begin(answer)) : Optional.empty());
      } catch (TreadleException | JacksonException e) { // No JSON, or a number that has no value.
        return new TurnDigests(List.of(), Optional.empty());
      }
    }

    private JsonCursor begin(byte[] json) {
      body = json;
      return JsonCursor.of(json);
    }

    /** Walks a request's messages; the system prompt beside them may change from turn to turn. */
    private void messages(JsonCursor json) {
      json.enter();
      while (json.nextName()) {
        if (json.isNamed("messages") && json.kind() == '[') {
          eachObject(json, this::earlier);
        } else {
          json.skip();
        }
      }
    }

    /** The objects of the array here; anything else in it is passed. */
    private static void eachObject(JsonCursor json, Consumer<JsonCursor> reader) {
      json.enter();
      while (json.nextElement()) {
        if (json.kind() == '{') {
          reader.accept(json);
        } else {
          json.skip();
        }
      }
    }

    private Optional<String> answered(Api api, JsonCursor json) {
      if (api == Api.MESSAGES) {
        return Optional.of(message(json));
      }
      json.enter();
      while (json.nextName()) {
        if (json.isNamed("choices") && json.kind() == '[') {
          json.enter();
          return json.nextElement() && json.kind() == '{' ? choice(json) : Optional.empty();
        }
        json.skip();
      }
      return Optional.empty();
    }

    private Optional<String> choice(JsonCursor json) {
      json.enter();
      while (json.nextName()) {
        if (json.isNamed("message") && json.kind() == '{') {
          return Optional.of(message(json));
        }
        json.skip();
      }
      return Optional.empty();
    }

    /** One message of a request, which it passes. */
    private void earlier(JsonCursor json) {
      walk(json);
      if (isAnswer) {
        after.add(digest());
      }
    }

    /** The answer's message, which it passes: the digest after it. */
    private String message(JsonCursor json) {
      walk(json);
      return digest();
    }

    private void walk(JsonCursor json) {
      isAnswer = false;
      json.enter();
      while (json.nextName()) {
        if (json.isNamed("role")) {
          isAnswer = json.textOrEmpty().equals("assistant");
        } else if (json.isNamed("content")) {
          content(json);
        } else if (json.isNamed("tool_calls")) {
          values(json, this::value);
        } else if (json.isNamed("tool_call_id")) {
          say("call", json.textOrEmpty());
        } else {
          json.skip();
        }
      }
      say("end", isAnswer ? "assistant" : "");
    }

    private void content(JsonCursor json) {
      if (json.kind() == '"') {
        int from = json.passPlain();
        if (from >= 0) {
          plain(from, json.at() - 1);
        } else {
          text(json.text());
        }
      } else {
        values(json, this::part);
      }
    }

    /** The objects of an array; anything else in its place is passed. */
    private static void values(JsonCursor json, Consumer<JsonNode> reader) {
      if (json.kind() == '[') {
        eachObject(json, it -> reader.accept(Json.read(it.bytes())));
      } else {
        json.skip();
      }
    }

    private void part(JsonNode part) {
      String type = part.path("type").asString("");
      if (type.endsWith("thinking")) {
        return;
      }
      if (part.path("text").isString()) {
        text(part.path("text").stringValue());
      } else {
        value(part);
      }
    }

    /**
     * A value, whatever the order of its names: the vendors' libraries send an answer's calls back
     * with their fields in another order, and with more of them.
     */
    private void value(JsonNode value) {
      if (value.isObject()) {
        for (String name : new TreeSet<>(value.propertyNames())) {
          if (!BESIDE.contains(name) && !value.path(name).isNull()) {
            say("name", name);
            value(value.path(name));
          }
        }
        say("object", "");
      } else if (value.isArray()) {
        value.forEach(this::value);
        say("array", "");
      } else if (value.isNumber()) {
        say("value", Double.toString(value.doubleValue())); // 1.0 comes back as 1.
      } else {
        say("value", value.asString(""));
      }
    }

    private void text(String text) {
      if (!text.isBlank()) {
        say("text", text.strip());
      }
    }

    /** As {@link #text}, of the ASCII that stands in these places of the body. */
    private void plain(int first, int behind) {
      int from = first;
      int to = behind;
      while (from < to && body[from] == ' ') {
        from++;
      }
      while (from < to && body[to - 1] == ' ') {
        to--;
      }
      if (from < to) {
        say("text", body, from, to - from);
      }
    }

    private void say(String kind, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      say(kind, bytes, 0, bytes.length);
    }

    private void say(String kind, byte[] bytes, int from, int length) {
      if (said.length - filled < HEAD) {
        flush();
      }
      said[filled++] = (byte) kind.charAt(0);
      said[filled++] = (byte) (length >>> 24);
      said[filled++] = (byte) (length >>> 16);
      said[filled++] = (byte) (length >>> 8);
      said[filled++] = (byte) length;
      if (said.length - filled < length) {
        flush();
        hash.update(bytes, from, length);
      } else {
        System.arraycopy(bytes, from, said, filled, length);
        filled += length;
      }
    }

    private void flush() {
      hash.update(said, 0, filled);
      filled = 0;
    }

    /** The digest so far; the walk goes on. */
    private String digest() {
      flush();
      return HexFormat.of().formatHex(copy(hash).digest(), 0, DIGITS / 2);
    }

    Optional<String> idDigest(byte[] body, String field) {
      JsonCursor json = JsonCursor.of(body);
      if (json.kind() != '{') {
        return Optional.empty();
      }
      try {
        json.enter();
        while (json.nextName()) {
          if (json.isNamed(field) && json.kind() == '"') {
            hash.reset();
            hash.update(seed);
            say("id", json.text());
            return Optional.of(digest());
          }
          json.skip();
        }
      } catch (TreadleException e) {
        return Optional.empty();
      }
      return Optional.empty();
    }
  }
}
