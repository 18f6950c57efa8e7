package dev.treadle.gateway;

import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
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
    private final byte[] head = new byte[5];
    private final MessageDigest hash;
    private final List<String> after = new ArrayList<>();
    private boolean isAnswer;

    Walk(byte[] seed) {
      this.seed = seed;
      hash = copy(SHA_256);
      hash.update(seed);
    }

    TurnDigests digests(Api api, byte[] request, byte[] answer) {
      Optional<String> through = Optional.empty();
      List<String> before;
      try (JsonParser json = parser(request)) {
        messages(json);
        List<String> latest = after.reversed();
        before = List.copyOf(latest.subList(0, Math.min(KEPT, latest.size())));
        if (answer.length > 0) {
          through = answered(api, answer);
        }
      } catch (JacksonException e) {
        return new TurnDigests(List.of(), Optional.empty());
      }
      return new TurnDigests(before, through);
    }

    private static JsonParser parser(byte[] body) {
      return Json.factory().createParser(ObjectReadContext.empty(), body);
    }

    /** Walks a request's messages; the system prompt beside them may change from turn to turn. */
    private void messages(JsonParser json) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isMessages = json.currentName().equals("messages");
        if (json.nextToken() == JsonToken.START_ARRAY && isMessages) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            message(json);
          }
        } else {
          json.skipChildren();
        }
      }
    }

    private Optional<String> answered(Api api, byte[] answer) {
      try (JsonParser json = parser(answer)) {
        json.nextToken();
        if (api == Api.MESSAGES) {
          message(json);
          return Optional.of(digest());
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean isChoices = json.currentName().equals("choices");
          json.nextToken();
          if (isChoices && json.currentToken() == JsonToken.START_ARRAY) {
            return choice(json);
          }
          json.skipChildren();
        }
        return Optional.empty();
      }
    }

    private Optional<String> choice(JsonParser json) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isMessage = json.currentName().equals("message");
        json.nextToken();
        if (isMessage && json.currentToken() == JsonToken.START_OBJECT) {
          message(json);
          return Optional.of(digest());
        }
        json.skipChildren();
      }
      return Optional.empty();
    }

    /** One message: the parser stands at its opening brace, and then at its closing one. */
    private void message(JsonParser json) {
      isAnswer = false;
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "role" -> isAnswer = "assistant".equals(json.getString());
          case "content" -> content(json);
          case "tool_calls" -> calls(json);
          case "tool_call_id" -> say("call", json.getString());
          default -> json.skipChildren();
        }
      }
      say("end", isAnswer ? "assistant" : "");
      if (isAnswer) {
        after.add(digest());
      }
    }

    private void content(JsonParser json) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        text(json.getString());
      } else if (json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() == JsonToken.START_OBJECT) {
          part(Json.subtree(json));
        }
      }
    }

    private void calls(JsonParser json) {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() == JsonToken.START_OBJECT) {
          value(Json.subtree(json));
        }
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

    private void say(String kind, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int length = bytes.length;
      head[0] = (byte) kind.charAt(0);
      head[1] = (byte) (length >>> 24);
      head[2] = (byte) (length >>> 16);
      head[3] = (byte) (length >>> 8);
      head[4] = (byte) length;
      hash.update(head);
      hash.update(bytes);
    }

    /** The digest so far; the walk goes on. */
    private String digest() {
      return HexFormat.of().formatHex(copy(hash).digest(), 0, DIGITS / 2);
    }

    Optional<String> idDigest(byte[] body, String field) {
      if (body.length == 0) {
        return Optional.empty();
      }
      try (JsonParser json = parser(body)) {
        json.nextToken();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean isField = json.currentName().equals(field);
          if (json.nextToken() == JsonToken.VALUE_STRING && isField) {
            hash.reset();
            hash.update(seed);
            say("id", json.getString());
            return Optional.of(digest());
          }
          json.skipChildren();
        }
      } catch (JacksonException e) {
        return Optional.empty();
      }
      return Optional.empty();
    }
  }
}
