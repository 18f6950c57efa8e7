package dev.treadle.gateway;

import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * The few fields of a request that the gateway needs, and where they stand in its bytes, so that a
 * request can be passed on byte for byte but for them.
 */
final class Envelope {
  private final byte[] body;
  private @Nullable String model;
  private int modelStart;
  private int modelEnd;
  private boolean stream;
  private int optionsStart = -1;
  private int optionsEnd;
  private boolean includesUsage;
  private boolean optionsAreEmpty;
  private int usageStart = -1;
  private int usageEnd;
  private int start;
  private int end;
  private boolean isEmpty = true;
  private @Nullable String user;
  private @Nullable String conversation;

  private Envelope(byte[] body) {
    this.body = body;
  }

  /**
   * Reads a request's body.
   *
   * @throws dev.treadle.transcript.TreadleException where it is no JSON object
   */
  static Envelope read(byte[] body) {
    if (body.length > 1 && (body[0] == 0 || body[1] == 0 || (body[0] & 0xfe) == 0xfe)) {
      throw GatewayError.REQUEST_INVALID.because("the body is not JSON in UTF-8");
    }
    Envelope envelope = new Envelope(body);
    try (JsonParser json = Json.factory().createParser(ObjectReadContext.empty(), body)) {
      envelope.read(json);
    } catch (JacksonException e) {
      throw GatewayError.REQUEST_INVALID.because(
          "the body is not JSON: "
              + e.getOriginalMessage()
              + " (at byte "
              + (e.getLocation() == null ? "?" : e.getLocation().getByteOffset())
              + ")",
          e);
    }
    return envelope;
  }

  private void read(JsonParser json) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw GatewayError.REQUEST_INVALID.because("the body is not a JSON object");
    }
    start = (int) json.currentTokenLocation().getByteOffset() + 1;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      isEmpty = false;
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "model" -> readModel(json, value);
        case "stream" -> stream = value == JsonToken.VALUE_TRUE;
        case "stream_options" -> readOptions(json, value);
        case "user" -> user = value == JsonToken.VALUE_STRING ? json.getString() : user;
        case "metadata" -> readMetadata(json, value);
        case "conversation" -> readConversation(json, value);
        default -> json.skipChildren();
      }
    }
    end = (int) json.currentTokenLocation().getByteOffset();
    if (json.nextToken() != null) {
      throw GatewayError.REQUEST_INVALID.because("something follows the body's JSON object");
    }
  }

  private void readModel(JsonParser json, JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      throw GatewayError.REQUEST_INVALID.because("'model' is not a text");
    }
    if (model != null) {
      throw GatewayError.REQUEST_INVALID.because("'model' is there twice");
    }
    modelStart = (int) json.currentTokenLocation().getByteOffset();
    model = json.getString();
    modelEnd = (int) json.currentLocation().getByteOffset();
  }

  private void readOptions(JsonParser json, JsonToken value) {
    optionsStart = (int) json.currentTokenLocation().getByteOffset();
    includesUsage = false;
    optionsAreEmpty = true;
    usageStart = -1;
    if (value == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        optionsAreEmpty = false;
        String name = json.currentName();
        JsonToken option = json.nextToken();
        if (name.equals("include_usage")) {
          includesUsage = option == JsonToken.VALUE_TRUE;
          usageStart = (int) json.currentTokenLocation().getByteOffset();
        }
        json.skipChildren();
        if (name.equals("include_usage")) {
          json.finishToken();
          usageEnd = (int) json.currentLocation().getByteOffset();
        }
      }
    } else {
      json.skipChildren();
    }
    optionsEnd = (int) json.currentLocation().getByteOffset();
  }

  private void readMetadata(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        json.skipChildren();
        continue;
      }
      switch (name) {
        case "user_id" -> readUserId(json.getString());
        case "conversation_id", "session_id", "thread_id" -> conversation = json.getString();
        default -> json.getString();
      }
    }
  }

  /** Claude Code names its session at the end of Anthropic's {@code metadata.user_id}. */
  private void readUserId(String id) {
    int session = id.indexOf("_session_");
    user = user == null ? (session < 0 ? id : id.substring(0, session)) : user;
    if (session >= 0 && conversation == null) {
      conversation = id.substring(session + "_session_".length());
    }
  }

  /** OpenAI's {@code conversation}: its id, or an object with it. */
  private void readConversation(JsonParser json, JsonToken value) {
    if (value == JsonToken.VALUE_STRING) {
      conversation = json.getString();
    } else if (value == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isId = json.currentName().equals("id");
        if (json.nextToken() == JsonToken.VALUE_STRING && isId) {
          conversation = json.getString();
        }
        json.skipChildren();
      }
    }
  }

  /** The model that the client names; empty where it leaves that to the gateway. */
  String model() {
    return model == null || model.isBlank() ? "" : model;
  }

  boolean stream() {
    return stream;
  }

  /** Whether the client asks for the token counts of a stream. */
  boolean includesUsage() {
    return includesUsage;
  }

  /** The client's name for its user. */
  Optional<String> user() {
    return Optional.ofNullable(user);
  }

  /** The client's name for the conversation. */
  Optional<String> conversation() {
    return Optional.ofNullable(conversation);
  }

  /**
   * The request for an upstream: the same bytes with another model's name, and with token counts
   * asked for, where that is wanted.
   */
  byte[] bytesFor(String target, boolean asksForUsage) {
    boolean renames = !target.equals(model());
    boolean asks = asksForUsage && stream && !includesUsage;
    if (!renames && !asks) {
      return body;
    }
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(body.length + 128);
    int from = 0;
    if (renames && model == null) {
      out.write(body, 0, start);
      out.writeBytes(ascii("\"model\":"));
      out.writeBytes(Json.write(tools.jackson.databind.node.StringNode.valueOf(target)));
      out.writeBytes(ascii(isEmpty ? "" : ","));
      from = start;
    }
    boolean optionsFirst = optionsStart >= 0 && optionsStart < modelStart;
    if (asks && optionsFirst) {
      from = options(out, from);
    }
    if (renames && model != null) {
      out.write(body, from, modelStart - from);
      out.writeBytes(Json.write(tools.jackson.databind.node.StringNode.valueOf(target)));
      from = modelEnd;
    }
    if (asks && !optionsFirst) {
      from = options(out, from);
    }
    out.write(body, from, body.length - from);
    return out.toByteArray();
  }

  private int options(java.io.ByteArrayOutputStream out, int from) {
    if (optionsStart < 0) {
      out.write(body, from, end - from);
      out.writeBytes(ascii(",\"stream_options\":{\"include_usage\":true}"));
      return end;
    }
    out.write(body, from, optionsStart - from);
    if (body[optionsStart] != '{' || optionsAreEmpty) {
      out.writeBytes(ascii("{\"include_usage\":true}"));
      return optionsEnd;
    }
    if (usageStart >= 0) { // A second one would be refused by some servers.
      out.write(body, optionsStart, usageStart - optionsStart);
      out.writeBytes(ascii("true"));
      out.write(body, usageEnd, optionsEnd - usageEnd);
      return optionsEnd;
    }
    out.write(body, optionsStart, optionsEnd - 1 - optionsStart);
    out.writeBytes(ascii(",\"include_usage\":true}"));
    return optionsEnd;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
