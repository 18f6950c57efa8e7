package dev.treadle.transcript;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The one JSON of the product: the same limits and the same form everywhere. */
public final class Json {
  /**
   * The longest line, in bytes, that is read or written: a limit on memory, not on data (long parts
   * are blobs).
   */
  public static final int MAX_LINE_BYTES = 32 << 20;

  static final int MAX_DEPTH = 500;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MAX_LINE_BYTES)
                  .maxNameLength(1 << 16)
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final ObjectReader SUBTREES =
      MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /** The mapper, for records that are bound by Jackson. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** The streaming factory. */
  public static JsonFactory factory() {
    return FACTORY;
  }

  /**
   * Reads one JSON value.
   *
   * @throws TreadleException {@link TranscriptError#NOT_JSON} with the place
   */
  public static JsonNode read(byte[] utf8) {
    try {
      return MAPPER.readTree(utf8);
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  /** As {@link #read(byte[])}. */
  public static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  /**
   * The value that {@code json} stands at the beginning of; what follows it is left to the caller.
   */
  public static JsonNode subtree(JsonParser json) {
    return SUBTREES.readTree(json);
  }

  /** Compact UTF-8. */
  public static byte[] write(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  /** For people: indented. */
  public static String pretty(JsonNode node) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** An unmodifiable copy in the same order. */
  static <V> Map<String, V> copy(Map<String, V> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  static TreadleException notJson(JacksonException e) {
    return new TreadleException(TranscriptError.NOT_JSON, "not JSON: " + reason(e) + place(e), e);
  }

  /** Without the place of something else, which the library does not know either. */
  private static String reason(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    int marker = message.indexOf(" (start marker at [Source: ");
    return marker < 0 ? message : message.substring(0, marker);
  }

  private static String place(JacksonException e) {
    return e.getLocation() == null || e.getLocation().getByteOffset() < 0
        ? ""
        : " (at byte " + e.getLocation().getByteOffset() + ")";
  }
}
