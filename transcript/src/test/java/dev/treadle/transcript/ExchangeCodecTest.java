package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.ExchangeCodec.TextFilter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ExchangeCodecTest {
  @Property(tries = 200)
  void writesInstantsAndDurationsAsJavaDoes(
      @ForAll long seconds, @ForAll int nanos, @ForAll long length) {
    Instant time =
        Instant.ofEpochSecond(
            Math.floorMod(seconds, 253_402_300_800L), Math.floorMod(nanos, 1_000_000_000));
    Duration total = Duration.ofNanos(length == Long.MIN_VALUE ? 0 : length);
    Exchange exchange =
        new Exchange(
            "xc_1",
            time,
            Exchange.State.OPEN,
            "chat",
            "/",
            Purpose.USER,
            Optional.empty(),
            Optional.empty(),
            "r",
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Exchange.Timings(Optional.empty(), total, Duration.ZERO),
            Optional.empty(),
            Map.of());

    JsonNode line = Json.read(ExchangeCodec.encode(exchange));

    assertThat(line.path("time").stringValue()).isEqualTo(time.toString());
    assertThat(line.path("timings").path("total_ms").decimalValue())
        .isEqualByComparingTo(BigDecimal.valueOf(total.toNanos()).movePointLeft(6));
  }

  @Test
  void keepsBodiesAsTheyWereWrittenButForBlanksBetweenTokens() {
    Exchange exchange =
        withRequest(
            "{ \"a\" :\n [1.50, 1e5, -0,\t12345678901234567890],\r\n \"\\u00e9\\/\" : \"x\\ty\" }");

    String line = new String(ExchangeCodec.encode(exchange), StandardCharsets.UTF_8);

    assertThat(line)
        .contains("{\"a\":[1.50,1e5,-0,12345678901234567890],\"\\u00e9\\/\":\"x\\ty\"}");
  }

  @Test
  void cleansDecodedTextsAndMemberNames() {
    ExchangeWriter writer = new ExchangeWriter(text -> text.replace("secret", "<S>"));

    String line =
        new String(
            writer.write(
                withRequest(
                    "{\"\\u0073ecret\":\"a s\\u0065cret \\uD83D\\uDE00\",\"n\":[\"\\nsecret\",7]}")),
            StandardCharsets.UTF_8);

    assertThat(line).contains("{\"<S>\":\"a <S> 😀\",\"n\":[\"\\n<S>\",7]}");
  }

  @Test
  void movesLongTextsOutAndPutsThemBack() {
    Map<String, byte[]> blobs = new HashMap<>();
    TextFilter moving =
        new TextFilter() {
          @Override
          public String clean(String text) {
            return text;
          }

          @Override
          public Optional<String> moved(byte[] utf8) {
            String name = "%064x".formatted(blobs.size());
            blobs.put(name, utf8);
            return Optional.of(name);
          }
        };
    String longText = "é".repeat(40_000);
    String inline = "x".repeat(JsonCopy.INLINE_BYTES);
    String request =
        "{\"a/b~\":[1,{\"c\":\"%s\"},\"%s\",\"sha256:%064x\"],\"d\":\"%s\"}"
            .formatted(longText, inline, 0, longText);

    byte[] line = new ExchangeWriter(moving).write(withRequest(request));

    assertThat(blobs).hasSize(2);
    assertThat(Json.read(line).path("blobs").path(0).path("at").stringValue())
        .isEqualTo("/request/a~1b~0/1/c");
    assertThat(line.length).isLessThan(70_000);
    assertThat(ExchangeCodec.decode(line, name -> blobs.getOrDefault(name, new byte[0])))
        .isEqualTo(withRequest(request));
    assertThat(ExchangeCodec.decode(line).extra()).containsKey("blobs");
  }

  @Test
  void aBodyThatOnlyLooksAsIfATextWereMovedIsLeftAlone() {
    Exchange exchange =
        withRequest(
            "{\"a\":\"sha256:%064x\",\"sha256:00\":1,\"blobs\":[{\"at\":\"/request/a\"}]}"
                .formatted(7));

    byte[] line = ExchangeCodec.encode(exchange);

    assertThat(
            ExchangeCodec.decode(
                line,
                name -> {
                  throw new AssertionError(name);
                }))
        .isEqualTo(exchange);
  }

  @Test
  void writesWhatIsNoUtf8AsTheReplacementCharacter() {
    byte[] broken = "{\"a\":\"x?y\",\"b\":\"\\ud800z\"}".getBytes(StandardCharsets.UTF_8);
    broken[7] = (byte) 0xff;
    Exchange exchange =
        withRequest("1").withBodies(Optional.of(RawJson.trusted(broken)), Optional.empty());

    assertThat(new String(ExchangeCodec.encode(exchange), StandardCharsets.UTF_8))
        .contains("{\"a\":\"x\uFFFDy\",\"b\":\"\uFFFDz\"}");
  }

  @Test
  void refusesTrustedBytesThatAreNoJson() {
    for (String wrong :
        List.of(
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "{a:1}",
            "\"\n\"",
            "\"\\x\"",
            "01",
            "1.",
            "nul",
            "1 2",
            "[1}",
            "\"a",
            "\"\\u12\"",
            "-",
            "{\"a\":1,}",
            "[".repeat(491) + "]".repeat(491))) {
      Exchange exchange =
          withRequest("1")
              .withBodies(
                  Optional.of(RawJson.trusted(wrong.getBytes(StandardCharsets.UTF_8))),
                  Optional.empty());

      assertThatThrownBy(() -> ExchangeCodec.encode(exchange))
          .as(wrong)
          .isInstanceOf(TreadleException.class)
          .hasMessageStartingWith("not JSON");
    }
  }

  /** What is cut, changed and doubled at random: both agree on what is JSON. */
  @Test
  void acceptsWhatTheParserAccepts() {
    Random random = new Random(7);
    byte[] whole =
        "{\"a\":[1,-2.5e+7,true,null,\"x\\n\\u00e9é😀\"],\"b\":{\"c\":\"\",\"d\":[]},\"e\":false}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] some = "{}[]\",:\\eE+-.019tfnu \n\u0001x".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes =
          java.util.Arrays.copyOf(whole, whole.length - random.nextInt(2) * random.nextInt(60));
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = some[random.nextInt(some.length)];
      }
      // Both take U+FFFD for what is no UTF-8, or refuse it: that is not the question here.
      if (!java.util.Arrays.equals(
          new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes)) {
        continue;
      }
      assertThat(isCopied(bytes))
          .as(new String(bytes, StandardCharsets.UTF_8))
          .isEqualTo(isParsed(bytes));
    }
  }

  private static boolean isCopied(byte[] bytes) {
    JsonBytes out = new JsonBytes();
    try {
      new JsonCopy(out, TextFilter.NONE, (_, _, _) -> {}).copy(bytes);
    } catch (TreadleException e) {
      return false;
    }
    assertThat(Json.read(out.copy())).isEqualTo(Json.read(bytes));
    return true;
  }

  static boolean isParsed(byte[] bytes) {
    try {
      Json.read(bytes);
      RawJson.of(bytes);
      return true;
    } catch (TreadleException e) {
      return false;
    }
  }

  @Test
  void aLineWithTheDeepestBodyCanBeRead() {
    Exchange exchange = withRequest("[".repeat(490) + "]".repeat(490));

    assertThat(ExchangeCodec.decode(ExchangeCodec.encode(exchange))).isEqualTo(exchange);
  }

  @Test
  void keepsUnknownFields() {
    String line =
        """
        {"v":1,"id":"xc_1","time":"2026-11-20T08:00:00Z","state":"failed","protocol":"chat","path":"/",
         "purpose":"user","route":"r","novel":{"a":1.50},"extra":{"b":2},"crc":"00000000"}""";

    assertThat(ExchangeCodec.decode(line.getBytes(StandardCharsets.UTF_8)).extra())
        .containsOnlyKeys("b", "novel");
  }

  @Test
  void saysWhatIsWrongWithALine() {
    assertThatThrownBy(() -> decode("[]"))
        .hasMessageContaining("not an exchange: it is not a JSON object");
    assertThatThrownBy(() -> decode("{\"v\":1,\"id\":\"xc_1\"}"))
        .hasMessageContaining("field state");
    assertThatThrownBy(() -> decode("{\"v\":2}")).hasMessageContaining("newer Treadle");
    assertThatThrownBy(() -> decode("{\"v\":1,")).hasMessageContaining("not JSON");
    assertThatThrownBy(
            () ->
                FeedbackCodec.decode("{\"v\":1,\"id\":\"fb_1\"}".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("field time");
  }

  @Test
  void idsSortByTimeAndDoNotMeet() {
    Random random = new Random(1);
    Instant time = Instant.parse("2026-11-20T08:00:00Z");
    String before = Exchange.newId(time, random);
    String after = Exchange.newId(time.plusMillis(1), random);

    assertThat(before).matches("xc_[0-9A-HJKMNP-TV-Z]{26}").isLessThan(after);
    assertThat(Exchange.newId(time, random)).isNotEqualTo(before);
    assertThat(Feedback.newId(time, random)).startsWith("fb_").hasSize(29);
  }

  private static Exchange decode(String line) {
    return ExchangeCodec.decode(line.getBytes(StandardCharsets.UTF_8));
  }

  private static Exchange withRequest(String json) {
    return new Exchange(
        "xc_1",
        Instant.parse("2026-11-20T08:00:00Z"),
        Exchange.State.OPEN,
        "chat",
        "/v1/chat/completions",
        Purpose.USER,
        Optional.empty(),
        Optional.empty(),
        "r",
        Optional.of(RawJson.of(json.getBytes(StandardCharsets.UTF_8))),
        Map.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Exchange.Timings(Optional.empty(), Duration.ZERO, Duration.ZERO),
        Optional.empty(),
        Map.of());
  }
}
