package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The published records of {@code docs/records/}: one line a producer, and their schema. */
class RecordsTest {
  private static final Path RECORDS =
      Path.of(Objects.requireNonNull(System.getProperty("treadle.root")), "docs", "records");
  private static final Schema SCHEMA = schema("example.schema.json");

  @TestFactory
  Stream<DynamicTest> validatesAgainstTheSchema() {
    return eachRecord(line -> assertThat(SCHEMA.validate(line)).isEmpty());
  }

  @TestFactory
  Stream<DynamicTest> isWrittenAsItWasRead() {
    return eachRecord(
        line ->
            assertThat(
                    new String(
                        ExampleCodec.encode(ExampleCodec.decode(line)), StandardCharsets.UTF_8))
                .isEqualTo(new String(Json.write(line), StandardCharsets.UTF_8)));
  }

  /** The digests of these files are made with a key of 32 zero bytes. */
  @TestFactory
  Stream<DynamicTest> hasTheIdOfItsSourceAndTheDigestOfItsText() {
    return eachRecord(
        line -> {
          Example example = ExampleCodec.decode(line);
          Source source = example.header().source();
          assertThat(example.header().id()).isEqualTo(ExampleId.of(source.system(), source.key()));
          assertThat(example.header().digest())
              .contains(Digest.of(new DigestKey(new byte[32]), example));
        });
  }

  @Test
  void theGatewaysOwnRecordsFitTheirSchemasAndAreWrittenAsTheyWereRead() {
    JsonNode exchange = read(RECORDS.resolve("gateway/exchange.json"));
    JsonNode feedback = read(RECORDS.resolve("gateway/feedback.json"));

    assertThat(schema("gateway/exchange.schema.json").validate(exchange)).isEmpty();
    assertThat(schema("gateway/feedback.schema.json").validate(feedback)).isEmpty();
    assertThat(Json.read(ExchangeCodec.encode(ExchangeCodec.decode(Json.write(exchange)))))
        .isEqualTo(exchange);
    assertThat(Json.read(FeedbackCodec.encode(FeedbackCodec.decode(Json.write(feedback)))))
        .isEqualTo(feedback);
    assertThat(
            schema("gateway/exchange.schema.json")
                .validate(changed((ObjectNode) exchange, it -> it.put("state", "done"))))
        .isNotEmpty();
    assertThat(
            schema("gateway/feedback.schema.json")
                .validate(changed((ObjectNode) feedback, it -> it.remove("exchange"))))
        .isNotEmpty();
  }

  @Test
  void thereIsARecordForEveryProducer() {
    assertThat(files().map(file -> file.getFileName().toString()))
        .contains(
            "brain-cloud-answer.json",
            "chatgpt-regeneration.json",
            "claude-ai-chat.json",
            "claude-code-session.json",
            "code-question.json",
            "comparison.json",
            "gateway-exchange.json",
            "graded-trajectory.json",
            "user-correction.json");
  }

  @Test
  void schemaRefusesWhatIsNotARecord() {
    ObjectNode line = (ObjectNode) read(RECORDS.resolve("graded-trajectory.json"));

    assertThat(SCHEMA.validate(changed(line, it -> it.put("surprise", 1)))).isNotEmpty();
    assertThat(SCHEMA.validate(changed(line, it -> it.remove("outcome")))).isNotEmpty();
    assertThat(SCHEMA.validate(changed(line, it -> it.put("kind", "question")))).isNotEmpty();
    assertThat(SCHEMA.validate(changed(line, it -> it.put("v", 2)))).isNotEmpty();
    assertThat(
            SCHEMA.validate(
                changed(line, it -> ((ObjectNode) it.path("messages").get(2)).put("train", "yes"))))
        .isNotEmpty();
    assertThat(SCHEMA.validate(changed(line, it -> it.put("crc", "1f2e3d4c")))).isEmpty();
    assertThat(
            SCHEMA.validate(
                changed(line, it -> ((ObjectNode) it.path("messages").get(1)).put("name", "Ann"))))
        .isEmpty();
  }

  private static ObjectNode changed(ObjectNode line, Consumer<ObjectNode> change) {
    ObjectNode copy = line.deepCopy();
    change.accept(copy);
    return copy;
  }

  private static Stream<DynamicTest> eachRecord(Consumer<JsonNode> check) {
    return files()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(), () -> check.accept(read(file))));
  }

  private static Stream<Path> files() {
    try (Stream<Path> files = Files.list(RECORDS)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.toString().endsWith(".consumers.json"))
          .filter(file -> !file.toString().endsWith(".schema.json"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema schema(String file) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(read(RECORDS.resolve(file)));
  }

  private static JsonNode read(Path file) {
    try {
      return Json.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
