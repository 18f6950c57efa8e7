package dev.treadle.curation.llamafactory;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the rows of a JSON file one at a time, whichever of the two forms it has, and notes what is
 * odd in them.
 *
 * <p>It builds the tree itself, because a finished tree no longer shows a key that was written
 * twice. Not safe for several threads.
 */
final class RowReader implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_STRING_BYTES = 256 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Both readers take UTF-8 only.
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(900)
                  .maxNumberLength(4_300)
                  .maxStringLength(MOST_STRING_BYTES)
                  .build())
          .build();

  private final JsonParser parser;
  private final FileForm form;
  private final boolean byteOrderMark;
  private List<OddJson> oddities = new ArrayList<>();

  /** A row with its place: the line it starts on, and the byte behind it. */
  record NumberedRow(JsonNode value, List<OddJson> oddities, long line, long endByte) {}

  private RowReader(JsonParser parser, FileForm form, boolean byteOrderMark) {
    this.parser = parser;
    this.form = form;
    this.byteOrderMark = byteOrderMark;
  }

  /** Opens a file; its first character that is not white space tells its form. */
  static RowReader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(1 << 16);
    boolean mark = in.read() == 0xEF && in.read() == 0xBB && in.read() == 0xBF;
    if (!mark) {
      in.reset();
    }
    in.mark(1 << 16);
    int first = in.read();
    for (int skipped = 4; first >= 0 && first <= ' ' && skipped < 1 << 16; skipped++) {
      first = in.read();
    }
    in.reset();
    FileForm form = first == '[' ? FileForm.ARRAY : FileForm.LINES;
    JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in);
    if (form == FileForm.ARRAY) {
      parser.nextToken();
    }
    return new RowReader(parser, form, mark);
  }

  FileForm form() {
    return form;
  }

  boolean startsWithByteOrderMark() {
    return byteOrderMark;
  }

  /**
   * The next row, or null behind the last.
   *
   * @throws tools.jackson.core.JacksonException where the text is not JSON; it knows its place
   */
  @Nullable NumberedRow next() {
    JsonToken token = parser.nextToken();
    if (token == null || (token == JsonToken.END_ARRAY && form == FileForm.ARRAY)) {
      if (token != null && parser.nextToken() != null) {
        throw new StreamReadException(parser, "text behind the end of the list");
      }
      return null;
    }
    long line = parser.currentTokenLocation().getLineNr();
    oddities = new ArrayList<>();
    JsonNode value = value(token);
    return new NumberedRow(value, oddities, line, parser.currentLocation().getByteOffset());
  }

  private JsonNode value(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> text();
      case VALUE_NUMBER_INT -> whole();
      case VALUE_NUMBER_FLOAT -> fraction();
      case VALUE_TRUE -> JSON.booleanNode(true);
      case VALUE_FALSE -> JSON.booleanNode(false);
      case VALUE_NULL -> JSON.nullNode();
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new StreamReadException(parser, "a value was expected here");
    };
  }

  private JsonNode object() {
    ObjectNode object = JSON.objectNode();
    Set<String> twice = new HashSet<>();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      if (OddJson.hasLoneSurrogate(name)) {
        note(OddJson.Kind.LONE_SURROGATE);
      }
      JsonNode value = value(parser.nextToken());
      if (object.replace(name, value) != null && twice.add(name)) {
        note(OddJson.Kind.DUPLICATE_KEY);
      }
    }
    return object;
  }

  private JsonNode array() {
    ArrayNode array = JSON.arrayNode();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(value(token));
    }
    return array;
  }

  private JsonNode text() {
    String text = parser.getString();
    if (OddJson.hasLoneSurrogate(text)) {
      note(OddJson.Kind.LONE_SURROGATE);
      // The reader of lists leaves the half character out.
      text = form == FileForm.ARRAY ? withoutLoneSurrogates(text) : text;
    }
    return JSON.stringNode(text);
  }

  private JsonNode whole() {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      BigInteger number = parser.getBigIntegerValue();
      note(OddJson.kind(number));
      return form == FileForm.ARRAY
          ? JSON.numberNode(number)
          : JSON.numberNode(number.doubleValue());
    }
    return JSON.numberNode(parser.getLongValue());
  }

  private JsonNode fraction() {
    double value = parser.getDoubleValue();
    if (Double.isFinite(value)) {
      return JSON.numberNode(value);
    }
    note(
        parser.isNaN() && !isDigits(parser.getString())
            ? OddJson.Kind.NOT_A_NUMBER
            : OddJson.Kind.INFINITE_NUMBER);
    return form == FileForm.ARRAY && Double.isNaN(value) ? JSON.nullNode() : JSON.numberNode(value);
  }

  private static boolean isDigits(String number) {
    char last = number.charAt(number.length() - 1);
    return last >= '0' && last <= '9';
  }

  private static String withoutLoneSurrogates(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints().filter(c -> c < 0xD800 || c > 0xDFFF).forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private void note(OddJson.Kind kind) {
    oddities.add(new OddJson(kind, parser.streamReadContext().pathAsPointer().toString()));
  }

  @Override
  public void close() {
    parser.close();
  }
}
