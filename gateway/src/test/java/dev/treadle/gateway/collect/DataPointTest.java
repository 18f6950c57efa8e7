package dev.treadle.gateway.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.StringNode;

/** What one gateway sends is what another one takes in. */
class DataPointTest {
  private static final Instant THEN = Instant.parse("2026-11-20T08:00:00Z");

  private static Candidate candidate(
      String model, Optional<String> answer, double score, Optional<String> error) {
    return new Candidate(
        model,
        answer.map(Message.Assistant::of),
        Optional.of(score),
        Optional.of(Duration.ofMillis(12)),
        Optional.empty(),
        error);
  }

  @Test
  void aCollectorReadsWhatAGatewayUploads() {
    Comparison sent =
        new Comparison(
            Header.of(
                    new Source(
                        "gateway",
                        "xc_1/compare",
                        "cv_1",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(THEN)))
                .withLabels(
                    Map.of(
                        "category", StringNode.valueOf("math"),
                        "confidence", DoubleNode.valueOf(0.75))),
            List.of(Message.system("Be short."), Message.user("6 x 7?")),
            List.of(),
            List.of(
                candidate("a", Optional.of("42"), 1, Optional.empty()),
                candidate("b", Optional.empty(), -1, Optional.of("deadline"))));

    CollectedBatch read =
        CollectedBatch.read(
                DataPoint.batch(List.of(DataPoint.of(sent)), THEN.getEpochSecond()),
                text -> "p_" + text.hashCode())
            .orElseThrow();

    assertThat(read.problems()).isEmpty();
    Comparison taken = read.comparisons().getFirst();
    assertThat(taken.candidates()).isEqualTo(sent.candidates());
    assertThat(taken.messages()).containsExactly(Message.user("6 x 7?"));
    assertThat(taken.header().source().time()).contains(THEN);
    assertThat(taken.header().labels())
        .containsEntry("category", StringNode.valueOf("math"))
        .containsEntry("confidence", DoubleNode.valueOf(0.75));
  }
}
