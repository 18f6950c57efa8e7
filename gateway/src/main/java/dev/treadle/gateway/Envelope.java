package dev.treadle.gateway;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.JsonCursor;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
   * @throws TreadleException where it is no JSON object
   */
  static Envelope read(byte[] body) {
    if (body.length > 1 && (body[0] == 0 || body[1] == 0 || (body[0] & 0xfe) == 0xfe)) {
      throw GatewayError.REQUEST_INVALID.because("the body is not JSON in UTF-8");
    }
    Envelope envelope = new Envelope(body);
    JsonCursor json = JsonCursor.of(body);
    if (json.kind() != '{') {
      throw GatewayError.REQUEST_INVALID.because("the body is not a JSON object");
    }
    try {
      envelope.read(json);
      json.end();
    } catch (TreadleException e) {
      throw e.code() == GatewayError.REQUEST_INVALID
          ? e
          : GatewayError.REQUEST_INVALID.because("the body is " + e.getMessage(), e);
    }
    return envelope;
  }

  private void read(JsonCursor json) {
    json.enter();
    start = json.at();
    while (json.nextName()) {
      isEmpty = false;
      if (json.isNamed("model")) {
        readModel(json);
      } else if (json.isNamed("stream")) {
        stream = json.isTrue();
      } else if (json.isNamed("stream_options")) {
        readOptions(json);
      } else if (json.isNamed("user")) {
        user = text(json, user);
      } else if (json.isNamed("metadata")) {
        readMetadata(json);
      } else if (json.isNamed("conversation")) {
        readConversation(json);
      } else {
        json.skip();
      }
    }
    end = json.at() - 1;
  }

  /** The text here; for anything else, what was known before. */
  private static @Nullable String text(JsonCursor json, @Nullable String before) {
    if (json.kind() == '"') {
      return json.text();
    }
    json.skip();
    return before;
  }

  private void readModel(JsonCursor json) {
    if (json.kind() != '"') {
      throw GatewayError.REQUEST_INVALID.because("'model' is not a text");
    }
    if (model != null) {
      throw GatewayError.REQUEST_INVALID.because("'model' is there twice");
    }
    modelStart = json.at();
    model = json.text();
    modelEnd = json.at();
  }

  private void readOptions(JsonCursor json) {
    optionsStart = json.at();
    includesUsage = false;
    optionsAreEmpty = true;
    usageStart = -1;
    if (json.kind() == '{') {
      json.enter();
      while (json.nextName()) {
        optionsAreEmpty = false;
        if (json.isNamed("include_usage")) {
          usageStart = json.at();
          includesUsage = json.isTrue();
          usageEnd = json.at();
        } else {
          json.skip();
        }
      }
    } else {
      json.skip();
    }
    optionsEnd = json.at();
  }

  private void readMetadata(JsonCursor json) {
    if (json.kind() != '{') {
      json.skip();
      return;
    }
    json.enter();
    while (json.nextName()) {
      if (json.kind() != '"') {
        json.skip();
        continue;
      }
      switch (json.name()) {
        case "user_id" -> readUserId(json.text());
        case "conversation_id", "session_id", "thread_id" -> conversation = json.text();
        default -> json.skip();
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
  private void readConversation(JsonCursor json) {
    if (json.kind() != '{') {
      conversation = text(json, conversation);
      return;
    }
    json.enter();
    while (json.nextName()) {
      if (json.isNamed("id")) {
        conversation = text(json, conversation);
      } else {
        json.skip();
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
