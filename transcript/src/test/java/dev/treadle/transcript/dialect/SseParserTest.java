package dev.treadle.transcript.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SseParserTest {
  private static final int LIMIT = 1 << 16;

  @Property(tries = 1000)
  void chunksMakeNoDifferenceAndNoByteIsLost(
      @ForAll("streams") String stream, @ForAll("sizes") List<Integer> sizes) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    SseParser whole = new SseParser(LIMIT);
    List<SseEvent> expected = new ArrayList<>();
    whole.feed(bytes, 0, bytes.length, expected::add);
    SseParser cut = new SseParser(LIMIT);
    List<SseEvent> events = new ArrayList<>();

    feed(cut, bytes, sizes, events);

    assertThat(events).isEqualTo(expected);
    assertThat(events)
        .zipSatisfy(expected, (it, other) -> assertThat(it.data()).isEqualTo(other.data()));
    assertThat(cut.hasPartial()).isEqualTo(whole.hasPartial());
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    events.forEach(it -> joined.writeBytes(it.raw()));
    joined.writeBytes(cut.pending());
    assertThat(joined.toByteArray()).isEqualTo(bytes);
  }

  private static void feed(
      SseParser parser, byte[] bytes, List<Integer> sizes, List<SseEvent> events) {
    int at = 0;
    for (int i = 0; at < bytes.length; i++) {
      int size = Math.min(sizes.get(i % sizes.size()), bytes.length - at);
      parser.feed(bytes, at, size, events::add);
      at += size;
    }
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(
            "data: a",
            "data:b",
            "data:  c",
            "data",
            "event: ping",
            ": note",
            "id: 7",
            "retry: 10",
            "data: ü€😀",
            "\uFEFF",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\r\n\r\n",
            "\r\r",
            "x: y",
            "dat")
        .list()
        .ofMaxSize(24)
        .map(it -> String.join("", it));
  }

  @Provide
  Arbitrary<List<Integer>> sizes() {
    return Arbitraries.integers().between(1, 9).list().ofMinSize(1).ofMaxSize(6);
  }

  @Test
  void readsNameDataAndComments() {
    assertThat(parse("\uFEFFevent: a\ndata: 1\ndata:2\ndata\n\n: alive\n\nretry: 5\n\n"))
        .satisfiesExactly(
            it -> {
              assertThat(it.name()).isEqualTo("a");
              assertThat(it.data()).isEqualTo("1\n2\n");
              assertThat(it.isComment()).isFalse();
            },
            it -> assertThat(it.isComment()).isTrue(),
            it -> assertThat(it.isComment()).isTrue());
  }

  @Test
  void endsEventsAtOnceWhateverTheirLineEnds() {
    assertThat(parse("data: a\r\rdata: b\r\r"))
        .extracting(SseEvent::data)
        .containsExactly("a", "b");
    assertThat(parse("data: a\r\n\r\ndata: b\r\n\r\n"))
        .extracting(it -> new String(it.raw(), StandardCharsets.UTF_8))
        .containsExactly("data: a\r\n\r\n", "data: b\r\n\r\n");
  }

  @Test
  void tellsThatAStreamWasCut() {
    SseParser parser = new SseParser(LIMIT);
    byte[] bytes = "data: a\n\ndata: b\n".getBytes(StandardCharsets.UTF_8);

    parser.feed(bytes, 0, 9, _ -> {});
    assertThat(parser.hasPartial()).isFalse();
    parser.feed(bytes, 9, bytes.length - 9, _ -> {});
    assertThat(parser.hasPartial()).isTrue();
  }

  @Test
  void refusesAnEventOverTheLimit() {
    SseParser parser = new SseParser(16);
    byte[] bytes = "data: 0123456789\n\n".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> parser.feed(bytes, 0, bytes.length, _ -> {}))
        .isInstanceOfSatisfying(
            TreadleException.class,
            it -> assertThat(it.code()).isEqualTo(TranscriptError.EVENT_TOO_LARGE));
  }

  @Test
  void writesWhatItReads() {
    SseEvent event = SseEvent.of("delta", "a\nb\n");

    assertThat(parse(event.toString()))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it).isEqualTo(event);
              assertThat(it.name()).isEqualTo("delta");
              assertThat(it.data()).isEqualTo("a\nb\n");
            });
  }

  static List<SseEvent> parse(String stream) {
    List<SseEvent> events = new ArrayList<>();
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    new SseParser(LIMIT).feed(bytes, 0, bytes.length, events::add);
    return events;
  }
}
