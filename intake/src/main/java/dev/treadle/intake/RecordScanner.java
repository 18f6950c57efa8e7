package dev.treadle.intake;

import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;

/**
 * Reads a line's skeleton and passes over its texts without decoding them, which is most of the
 * line. One scanner for one file; not thread-safe.
 */
final class RecordScanner {
  /** Types that Claude Code writes and that are no messages. */
  private static final Set<String> NO_MESSAGES =
      Set.of(
          "progress",
          "attachment",
          "queue-operation",
          "last-prompt",
          "file-history-snapshot",
          "file-history-delta",
          "permission-mode",
          "mode",
          "pr-link",
          "ai-title",
          "bridge-session",
          "agent-name",
          "custom-title",
          "summary",
          "continued-in",
          "system",
          "tag",
          "result");

  private static final int MAX_TYPE = 40;

  private @Nullable String type;
  private @Nullable String subtype;
  private @Nullable String uuid;
  private @Nullable String parentUuid;
  private @Nullable String logicalParentUuid;
  private @Nullable String sessionId;
  private @Nullable String timestamp;
  private @Nullable String agentId;
  private @Nullable String messageId;
  private boolean sidechain;
  private boolean meta;
  private boolean compaction;
  private boolean apiError;
  private boolean hasMessage;
  private boolean hasImage;
  private final List<String> calls = new ArrayList<>();
  private final List<String> results = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<Long> prompts = new ArrayList<>();

  /**
   * The skeleton of the line of {@code length} bytes at {@code from}.
   *
   * @throws JacksonException if it is not one JSON object
   */
  SessionRecord scan(int index, long offset, byte[] buffer, int from, int length) {
    reset();
    try (JsonParser json =
        Json.factory().createParser(ObjectReadContext.empty(), buffer, from, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new StreamReadException(json, "not a JSON object");
      }
      envelope(json);
      if (json.nextToken() != null) {
        throw new StreamReadException(json, "more than one JSON value");
      }
    }
    return record(index, offset, length);
  }

  private void reset() {
    type = null;
    subtype = null;
    uuid = null;
    parentUuid = null;
    logicalParentUuid = null;
    sessionId = null;
    timestamp = null;
    agentId = null;
    messageId = null;
    sidechain = false;
    meta = false;
    compaction = false;
    apiError = false;
    hasMessage = false;
    hasImage = false;
    calls.clear();
    prompts.clear();
    results.clear();
    texts.clear();
  }

  private void envelope(JsonParser json) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken value = json.nextToken();
      switch (name) {
        case "type" -> type = text(json, value);
        case "subtype" -> subtype = text(json, value);
        case "uuid" -> uuid = text(json, value);
        case "parentUuid" -> parentUuid = text(json, value);
        case "logicalParentUuid" -> logicalParentUuid = text(json, value);
        case "sessionId" -> sessionId = text(json, value);
        case "timestamp" -> timestamp = text(json, value);
        case "agentId" -> agentId = text(json, value);
        case "isSidechain" -> sidechain = value == JsonToken.VALUE_TRUE;
        case "isMeta", "isVisibleInTranscriptOnly" -> meta |= value == JsonToken.VALUE_TRUE;
        case "isCompactSummary" -> compaction = value == JsonToken.VALUE_TRUE;
        case "isApiErrorMessage" -> apiError = value == JsonToken.VALUE_TRUE;
        case "message" -> message(json, value);
        default -> json.skipChildren();
      }
    }
  }

  private void message(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    hasMessage = true;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken field = json.nextToken();
      switch (name) {
        case "id" -> messageId = text(json, field);
        case "content" -> content(json, field);
        default -> json.skipChildren();
      }
    }
  }

  private void content(JsonParser json, JsonToken value) {
    if (value == JsonToken.VALUE_STRING) {
      if (!"assistant".equals(type)) {
        texts.add(json.getString());
      }
      return;
    }
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    for (JsonToken element = json.nextToken();
        element != JsonToken.END_ARRAY;
        element = json.nextToken()) {
      if (element == JsonToken.START_OBJECT) {
        block(json);
      } else {
        json.skipChildren();
      }
    }
  }

  private void block(JsonParser json) {
    String kind = "";
    String id = null;
    String answered = null;
    long prompt = 0;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken value = json.nextToken();
      switch (name) {
        case "type" -> kind = value == JsonToken.VALUE_STRING ? json.getString() : "";
        case "id" -> id = text(json, value);
        case "tool_use_id" -> answered = text(json, value);
        case "text" -> {
          if (value == JsonToken.VALUE_STRING && !"assistant".equals(type)) {
            texts.add(json.getString());
          } else {
            json.skipChildren();
          }
        }
        case "input" -> prompt = prompt(json, value);
        default -> json.skipChildren();
      }
    }
    switch (kind) {
      case "tool_use", "server_tool_use" -> {
        if (id != null) {
          prompts.add(prompt);
          calls.add(id);
        }
      }
      case "tool_result" -> {
        if (answered != null) {
          results.add(answered);
        }
      }
      case "image", "document" -> hasImage = true;
      default -> {}
    }
  }

  /**
   * The hash of an input's prompt, by which the conversation of the agent that was asked is found;
   * 0 if there is none.
   */
  private static long prompt(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return 0;
    }
    long hash = 0;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken field = json.nextToken();
      if (field == JsonToken.VALUE_STRING && name.equals("prompt")) {
        hash = hash(json.getString());
      } else {
        json.skipChildren();
      }
    }
    return hash;
  }

  static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash == 0 ? 1 : hash;
  }

  private static @Nullable String text(JsonParser json, JsonToken value) {
    if (value == JsonToken.VALUE_STRING) {
      return json.getString();
    }
    json.skipChildren();
    return null;
  }

  private SessionRecord record(int index, long offset, int length) {
    String said = type == null ? "(none)" : type;
    RecordKind kind;
    String counted;
    List<String> toolIds = List.of();
    List<Long> hashes = List.of();
    boolean hasText = false;
    if (said.equals("assistant") && hasMessage) {
      kind = apiError ? RecordKind.API_ERROR : RecordKind.ASSISTANT;
      counted = apiError ? "assistant:api_error" : "assistant";
      toolIds = List.copyOf(calls);
      hashes = List.copyOf(prompts);
    } else if (said.equals("user") && hasMessage) {
      kind = userKind();
      counted = "user:" + kind.name().toLowerCase(Locale.ROOT).replace("user_", "");
      if (kind == RecordKind.TOOL_RESULT) {
        toolIds = List.copyOf(results);
        hasText = writtenByPerson();
      } else if (kind == RecordKind.USER_TEXT && !texts.isEmpty()) {
        hashes = List.of(hash(texts.getFirst()));
      }
    } else {
      kind = RecordKind.OTHER;
      counted = otherType(said);
    }
    String parent = parentUuid == null ? logicalParentUuid : parentUuid;
    return new SessionRecord(
        index, index + 1, offset, length, kind, counted, uuid, parent, sessionId, timestamp,
        sidechain, agentId, messageId, toolIds, hashes, hasText);
  }

  private RecordKind userKind() {
    if (compaction) {
      return RecordKind.COMPACTION;
    }
    if (!results.isEmpty()) {
      return RecordKind.TOOL_RESULT;
    }
    if (meta) {
      return RecordKind.META;
    }
    RecordKind kind = hasImage ? RecordKind.USER_TEXT : RecordKind.META;
    for (String text : texts) {
      RecordKind one = UserText.kind(text);
      if (one == RecordKind.USER_TEXT) {
        return one;
      }
      kind = kind == RecordKind.META ? one : kind;
    }
    return kind;
  }

  private boolean writtenByPerson() {
    for (String text : texts) {
      if (!meta && UserText.kind(text) == RecordKind.USER_TEXT) {
        return true;
      }
    }
    return false;
  }

  private String otherType(String said) {
    String shown = said.length() > MAX_TYPE ? said.substring(0, MAX_TYPE) : said;
    shown = shown.replaceAll("[^\\p{L}\\p{N}_.:()-]", "?");
    if (said.equals("system") && subtype != null) {
      return "system:" + subtype.replaceAll("[^\\p{L}\\p{N}_.-]", "?");
    }
    return NO_MESSAGES.contains(said) ? shown : "unknown:" + shown;
  }
}
