package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Golden;
import dev.treadle.testkit.Project;
import dev.treadle.transcript.Digest;
import dev.treadle.transcript.DigestKey;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The published line of the gateway's examples is what is gathered from its published records. */
class GatheredRecordTest {
  @TempDir Path scratch;

  @Test
  void isMadeOfThePublishedExchangeAndFeedback() throws IOException {
    try (Gathering gathering =
        new Gathering(
            Recipe.standard(),
            List.of(line("exchange.json")).iterator(),
            List.of(line("feedback.json")).iterator(),
            Blobs.NONE,
            scratch)) {
      Example gathered = gathering.next();
      Digest digest = Digest.of(new DigestKey(new byte[32]), gathered);
      Example kept = gathered.withHeader(gathered.header().withDigest(digest));

      Path record = Project.root().resolve("docs/records/gateway-exchange.json");
      JsonNode actual = Json.read(ExampleCodec.encode(kept));
      if (Golden.isBlessed()) {
        Files.writeString(record, Json.pretty(actual) + "\n");
      }
      assertThat(actual).isEqualTo(Json.read(Files.readAllBytes(record)));
      assertThat(gathering.hasNext()).isFalse();
    }
  }

  private static byte[] line(String file) throws IOException {
    Path record = Project.root().resolve("docs/records/gateway").resolve(file);
    return Json.write(Json.read(Files.readAllBytes(record)));
  }
}
