package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every consumer makes of every record of {@code docs/records/}. With {@code
 * -Dtreadle.bless=true} the golden files are written anew: review each by eye before committing.
 */
class ConsumersTest {
  private static final Path RECORDS =
      Path.of(Objects.requireNonNull(System.getProperty("treadle.root")), "docs", "records");
  private static final RenderOptions OPTIONS = RenderOptions.of(Thinking.KEY, Blobs.NONE);

  @TestFactory
  Stream<DynamicTest> makesOfEachRecordWhatItsGoldenFileSays() throws IOException {
    try (Stream<Path> files = Files.list(RECORDS)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.toString().endsWith(".consumers.json"))
          .filter(file -> !file.toString().endsWith(".schema.json"))
          .sorted()
          .toList()
          .stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  private static void check(Path record) throws IOException {
    Example example = ExampleCodec.decode(Files.readAllBytes(record));
    byte[] before = ExampleCodec.encode(example);
    String actual = Json.pretty(consumers(example)) + "\n";

    Path golden = Path.of(record.toString().replace(".json", ".consumers.json"));
    if (Boolean.getBoolean("treadle.bless")) {
      Files.writeString(golden, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(golden, StandardCharsets.UTF_8));
    assertThat(ExampleCodec.encode(example)).isEqualTo(before);
  }

  private static ObjectNode consumers(Example example) {
    ObjectNode consumers = Json.object();
    for (TrainerFormat format : TrainerFormat.values()) {
      ObjectNode consumer = consumers.putObject(format.wire());
      switch (format.render(example, OPTIONS)) {
        case Rendition.LeftOut(String reason) -> consumer.put("left_out", reason);
        case Rendition.Rows rows -> {
          consumer.set("rows", Fields.array(rows.rows()));
          ArrayNode losses = consumer.putArray("losses");
          rows.losses().forEach(losses::add);
        }
      }
    }
    return consumers;
  }
}
