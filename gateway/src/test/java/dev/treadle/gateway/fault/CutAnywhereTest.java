package dev.treadle.gateway.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.RunningGateway;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.gateway.scripted.Cut;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.gateway.scripted.RawClient.End;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.dialect.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream that ends in any way after any piece, and what is left of many that failed. */
class CutAnywhereTest {
  private static final int PIECES = 5;
  private static final int ROUNDS = 60;
  private static final Duration LONG_TIME = Duration.ofMinutes(1);
  private static final long MOST_BYTES = 2 << 20;
  private static final long HEAP_LEFT = 16 << 20;

  @TempDir Path folder;

  /** Fails as each rule says, once; an answer between two keeps the circuit breaker closed. */
  private RunningGateway.Plan plan(UpstreamSettings.Kind kind, List<Rule> failing) {
    List<Rule> rules = new ArrayList<>();
    for (Rule rule : failing) {
      rules.add(rule.say(Trial.TEXT).times(1));
      rules.add(Rule.always().say("fine").times(1));
    }
    Script script =
        Script.of(rules.toArray(Rule[]::new)).pace(new Pace(Duration.ZERO, Duration.ZERO, 6));
    return RunningGateway.in(folder)
        .limits(new UpstreamSettings.Limits(8, LONG_TIME, LONG_TIME, MOST_BYTES))
        .upstream("first", kind, script)
        .attempts(1)
        .route(Cell.ALONE, "first");
  }

  @ParameterizedTest
  @CsvSource({"CHAT, OPENAI", "CHAT, ANTHROPIC", "MESSAGES, OPENAI", "MESSAGES, ANTHROPIC"})
  void cutStreamEndsInAnErrorAfterExactlyWhatCame(Protocol protocol, UpstreamSettings.Kind kind)
      throws IOException {
    List<Rule> failing = new ArrayList<>();
    for (Cut cut : Cut.values()) {
      for (int after = 1; after <= PIECES; after++) {
        failing.add(Rule.always().fail(Fault.CUT_AFTER_FIRST_TOKEN, cut, after));
      }
    }
    try (RunningGateway gateway = plan(kind, failing).start()) {
      for (int i = 0; i < failing.size(); i++) {
        int came = (i % PIECES + 1) * 6;
        Client cut = Client.calls(gateway.gateway().url(), protocol, true, Cell.ALONE);
        assertThat(cut.got().end()).isEqualTo(End.WHOLE);
        assertThat(cut.isAnswered()).isFalse();
        assertThat(cut.error()).isNotEmpty();
        assertThat(cut.text()).isEqualTo(Trial.TEXT.substring(0, came));

        Client fine = Client.calls(gateway.gateway().url(), protocol, true, Cell.ALONE);
        assertThat(fine.isAnswered()).isTrue();
        assertThat(fine.text()).isEqualTo("fine");
      }
      assertThat(gateway.kept())
          .extracting(Exchange::state)
          .hasSize(2 * failing.size())
          .startsWith(Exchange.State.ABORTED, Exchange.State.ANSWERED);
    }
  }

  @Test
  void failedStreamsLeaveNoMemoryBehind() throws IOException {
    List<Rule> failing = new ArrayList<>();
    for (int i = 0; i < 2 * ROUNDS; i++) {
      Fault fault = i % 2 == 0 ? Fault.OVERSIZED : Fault.CUT_AFTER_FIRST_TOKEN;
      failing.add(Rule.always().fail(fault));
    }
    try (RunningGateway gateway = plan(UpstreamSettings.Kind.OPENAI, failing).start()) {
      call(gateway, ROUNDS);
      long before = usedHeap();
      call(gateway, 3 * ROUNDS);

      assertThat(usedHeap() - before).isLessThan(HEAP_LEFT);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(4 * ROUNDS);
      assertThat(gateway.upstream(0).openConnections()).isLessThanOrEqualTo(1);
    }
  }

  private static void call(RunningGateway gateway, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Client client = Client.calls(gateway.gateway().url(), Protocol.CHAT, true, Cell.ALONE);
      assertThat(client.isAnswered()).isEqualTo(i % 2 == 1);
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
