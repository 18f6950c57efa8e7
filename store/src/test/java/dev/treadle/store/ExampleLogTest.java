package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Source;
import dev.treadle.transcript.ToolCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleLogTest {
  private static final String SECRET = "hunter2" + "Zq9xW";

  @TempDir Path folder;

  private static LakeSettings settings() {
    return new LakeSettings(
        new SystemDisk(),
        java.time.InstantSource.system(),
        RandomGenerator.of("L64X128MixRandom"),
        1,
        LakeLimits.DEFAULT);
  }

  private static Example example(String key, Message... messages) {
    Source source =
        new Source("test", key, key, Optional.empty(), Optional.empty(), Optional.empty());
    return new Conversation(Header.of(source), List.of(messages), List.of());
  }

  private static List<Example> read(Lake lake) {
    List<Example> examples = new ArrayList<>();
    try (Lines lines = lake.latest(dev.treadle.store.Stream.EXAMPLES)) {
      lines.forEachRemaining(line -> examples.add(ExampleCodec.decode(line.json())));
    }
    return examples;
  }

  @Test
  void redactsEveryTextBeforeAnythingReachesTheDisk() throws IOException {
    Message.Assistant answer =
        new Message.Assistant(
            Optional.of("m"),
            Optional.of("the password=" + SECRET + " again"),
            Content.of("set PASSWORD=" + SECRET),
            List.of(new ToolCall("c", "Bash", "{\"password\":\"" + SECRET + "\"}")),
            true,
            Optional.empty(),
            Map.of(
                "note", Json.read("{\"password\":\"x\",\"deep\":[\"password=" + SECRET + "\"]}")));
    Example said = example("a", Message.user("my password: " + SECRET), answer);
    try (Lake lake = Lake.create(folder.resolve("lake"), settings())) {
      ExampleLog door = lake.examples(Redactor.standard());

      assertThat(door.keep(said, Durability.BEFORE_ANSWER)).isEqualTo(Heads.Standing.NEW);

      assertThat(door.redactions()).containsKey("password");
      assertThat(read(lake).toString()).contains("<SECRET:password:1>").doesNotContain(SECRET);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain(SECRET);
      }
    }
  }

  @Test
  void fingerprintsWhatWasSaidAndNotWhatWasLeftOfIt() {
    Example said = example("a", Message.user("password: " + SECRET), Message.Assistant.of("ok"));
    Example other =
        example("a", Message.user("password: other" + SECRET), Message.Assistant.of("ok"));
    try (Lake lake = Lake.create(folder.resolve("lake"), settings())) {
      lake.examples(Redactor.standard()).keep(said, Durability.BEFORE_ANSWER);

      assertThat(lake.examples(Redactor.none()).keep(said, Durability.BEFORE_ANSWER))
          .isEqualTo(Heads.Standing.SAME);
      assertThat(lake.examples(Redactor.standard()).keep(other, Durability.BEFORE_ANSWER))
          .isEqualTo(Heads.Standing.REVISED);
      assertThat(read(lake)).hasSize(1);
    }
  }

  @Test
  void putsLongPartsIntoBlobsAfterRedaction() {
    String text = "中文 log line\n".repeat(9_000) + "password=" + SECRET + "\n";
    Example said = example("a", Message.user("q"), Message.Assistant.of(text));
    try (Lake lake = Lake.create(folder.resolve("lake"), settings())) {
      lake.examples(Redactor.standard()).keep(said, Durability.BEFORE_ANSWER);

      Example kept = read(lake).getFirst();
      assertThat(ExampleCodec.encode(kept).length).isLessThan(2_000);
      assertThat(kept.messages().get(1).content())
          .isInstanceOfSatisfying(
              Content.Parts.class,
              parts ->
                  assertThat(parts.parts())
                      .singleElement()
                      .isInstanceOfSatisfying(
                          Part.Blob.class,
                          blob -> {
                            String back =
                                new String(lake.blobs().get(blob.sha256()), StandardCharsets.UTF_8);
                            assertThat(back).startsWith("中文 log line").doesNotContain(SECRET);
                            assertThat(blob.mediaType()).isEqualTo(Part.Blob.TEXT);
                          }));
    }
  }

  @Test
  void takesNothingThatIsForgotten() {
    Example said = example("a", Message.user("q"), Message.Assistant.of("r"));
    try (Lake lake = Lake.create(folder.resolve("lake"), settings())) {
      lake.examples(Redactor.standard()).keep(said, Durability.BEFORE_ANSWER);
      lake.forgetting().forget(List.of(said.header().id().value()));

      assertThat(lake.examples(Redactor.standard()).keep(said, Durability.BEFORE_ANSWER))
          .isEqualTo(Heads.Standing.FORGOTTEN);
      assertThat(read(lake)).isEmpty();
    }
  }
}
