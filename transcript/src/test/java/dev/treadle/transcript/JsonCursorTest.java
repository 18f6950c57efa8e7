package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class JsonCursorTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void readsWhatIsAskedForAndKnowsWhereItStands() {
    byte[] body =
        bytes(
            "\ufeff { \"a\" : [1, {\"x\":[[]]} ,\"\\\"}\"], \"m\\u006f\": \"é\" ,\"n\":-1.5e3 } ");
    JsonCursor json = JsonCursor.of(body);
    List<String> seen = new ArrayList<>();
    json.enter();
    while (json.nextName()) {
      int from = json.at();
      assertThat(json.isNamed(json.name())).isTrue();
      assertThat(json.isNamed("m") || json.isNamed("moo") || json.isNamed("b")).isFalse();
      switch (json.name()) {
        case "mo" -> seen.add(json.text());
        case "n" -> seen.add(json.numberOrEmpty());
        default -> json.skip();
      }
      seen.add(new String(body, from, json.at() - from, StandardCharsets.UTF_8));
    }
    json.end();

    assertThat(seen)
        .containsExactly("[1, {\"x\":[[]]} ,\"\\\"}\"]", "é", "\"é\"", "-1.5e3", "-1.5e3");
  }

  @Test
  void passesTextsWhoseBytesAreWhatTheySay() {
    byte[] body = bytes("[ \"\" , \" a b,c \",\"\\u0061\",\"\u00e9\",1,\"12345678901\"]");
    JsonCursor json = JsonCursor.of(body);
    json.enter();
    List<String> seen = new ArrayList<>();
    while (json.nextElement()) {
      int from = json.passPlain();
      if (from < 0) {
        json.skip();
      } else {
        seen.add(new String(body, from, json.at() - 1 - from, StandardCharsets.UTF_8));
      }
    }
    json.end();

    assertThat(seen).containsExactly("", " a b,c ", "12345678901");
    assertThat(JsonCursor.of(bytes("\"open")).passPlain()).isNegative();
  }

  @Test
  void aValueOfAnotherKindIsPassed() {
    JsonCursor json = JsonCursor.of(bytes("[{\"a\":1},\"t\",2,true,false,null,[3]]"));
    json.enter();
    List<Object> seen = new ArrayList<>();
    for (int i = 0; json.nextElement(); i++) {
      seen.add(
          switch (i % 3) {
            case 0 -> json.textOrEmpty();
            case 1 -> json.numberOrEmpty();
            default -> json.isTrue();
          });
    }
    json.end();

    assertThat(seen).containsExactly("", "", false, "", "", false, "");
  }

  @Test
  void refusesAnotherKindWhereOneIsAskedFor() {
    assertThatThrownBy(() -> JsonCursor.of(bytes(" 1")).text())
        .isInstanceOf(TreadleException.class)
        .hasMessage("not JSON: expected a text (at byte 1)");
    assertThatThrownBy(() -> JsonCursor.of(bytes("\"\"")).enter())
        .hasMessage("not JSON: expected an object or an array (at byte 0)");
  }

  /** What is cut, changed and doubled at random: the parser and both ways of reading agree. */
  @Test
  void acceptsWhatTheParserAccepts() {
    Random random = new Random(11);
    byte[] whole =
        bytes(
            "{\"a\":[1,-2.5e+7,true,null,\"x\\n\\u00e9é😀\"],\"b\":{\"c\":\"\",\"d\":[]},\"e\":false}");
    byte[] some = bytes("{}[]\",:\\eE+-.019tfnu \n\u0001x");
    int accepted = 0;
    for (int i = 0; i < 30_000; i++) {
      byte[] json = Arrays.copyOf(whole, whole.length - random.nextInt(2) * random.nextInt(60));
      for (int n = random.nextInt(4); n > 0; n--) {
        json[random.nextInt(json.length)] = some[random.nextInt(some.length)];
      }
      boolean isUtf8 = Arrays.equals(bytes(new String(json, StandardCharsets.UTF_8)), json);
      boolean isJson = isUtf8 && ExchangeCodecTest.isParsed(json);
      accepted += isJson ? 1 : 0;

      assertThat(isSkipped(json)).as(new String(json, StandardCharsets.UTF_8)).isEqualTo(isJson);
      assertThat(isWalked(json)).as(new String(json, StandardCharsets.UTF_8)).isEqualTo(isJson);
    }
    assertThat(accepted).isBetween(3_000, 25_000);
  }

  @Test
  void refusesWhatIsNoUtf8() {
    for (String wrong :
        List.of("80", "bf", "c3", "c328", "e282", "e28228", "f09f98", "f8808080", "ff")) {
      assertThat(isSkipped(quoted(wrong))).as(wrong).isFalse();
      assertThat(isWalked(quoted(wrong))).as(wrong).isFalse();
    }
    assertThat(isSkipped(bytes("\"é😀\u0800\uffff\ufffd\""))).isTrue();
    assertThat(isWalked(bytes("\"é😀\u0800\uffff\ufffd\""))).isTrue();
  }

  /** Overlong forms and halves of surrogate pairs, which some servers write. */
  @Test
  void readsAsReplacedWhatOnlyHasTheForm() {
    for (String odd : List.of("c080", "e08080", "eda080", "f0808080", "f4908080")) {
      assertThat(isSkipped(quoted(odd))).as(odd).isTrue();
      assertThat(JsonCursor.of(quoted(odd)).text()).as(odd).matches("\ufffd+");
    }
  }

  private static byte[] quoted(String hex) {
    byte[] middle = HexFormat.of().parseHex(hex);
    byte[] json = new byte[middle.length + 2];
    json[0] = '"';
    System.arraycopy(middle, 0, json, 1, middle.length);
    json[json.length - 1] = '"';
    return json;
  }

  @Test
  void refusesWhatIsTooDeepOrTooLong() {
    assertThat(isSkipped(bytes("[".repeat(500) + "]".repeat(500)))).isTrue();
    assertThat(isSkipped(bytes("[".repeat(501) + "]".repeat(501)))).isFalse();
    assertThat(isSkipped(bytes("1".repeat(1000)))).isTrue();
    assertThat(isSkipped(bytes("1".repeat(1001)))).isFalse();
    assertThat(isSkipped(bytes("{\"" + "n".repeat(70_000) + "\":1}"))).isFalse();
    assertThat(isSkipped(bytes("[1] 2"))).isFalse();
  }

  private static boolean isSkipped(byte[] json) {
    try {
      JsonCursor cursor = JsonCursor.of(json);
      cursor.skip();
      cursor.end();
      return true;
    } catch (TreadleException e) {
      return false;
    }
  }

  /** Makes the tree that the parser makes. */
  private static boolean isWalked(byte[] json) {
    JsonNode tree;
    try {
      JsonCursor cursor = JsonCursor.of(json);
      tree = tree(cursor);
      cursor.end();
    } catch (TreadleException e) {
      return false;
    }
    assertThat(tree).isEqualTo(Json.read(json));
    return true;
  }

  private static JsonNode tree(JsonCursor json) {
    switch (json.kind()) {
      case '{' -> {
        ObjectNode object = Json.object();
        json.enter();
        while (json.nextName()) {
          String name = json.name();
          object.set(name, tree(json));
        }
        return object;
      }
      case '[' -> {
        ArrayNode array = Json.array();
        json.enter();
        while (json.nextElement()) {
          array.add(tree(json));
        }
        return array;
      }
      case '"' -> {
        return Json.array().add(json.text()).get(0);
      }
      default -> {
        return Json.read(json.bytes());
      }
    }
  }
}
