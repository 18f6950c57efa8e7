package dev.treadle.gateway.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.fault.Cell.Result;
import dev.treadle.gateway.scripted.RawClient.End;
import dev.treadle.testkit.Golden;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Exchange.State;
import dev.treadle.transcript.dialect.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Every fault × chat and messages × streamed and whole × upstreams that speak the client's protocol
 * or the other one: what the client sees, what the record says, whether another upstream was asked,
 * what is left behind.
 */
@Tag("slow")
class FaultWallTest {
  private static final int AT_ONCE = 6;
  private static final Map<Cell, Future<Result>> RESULTS = new LinkedHashMap<>();

  @TempDir static Path folder;

  static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (Trial trial : Trial.values()) {
      for (Protocol protocol : List.of(Protocol.CHAT, Protocol.MESSAGES)) {
        for (boolean isStream : new boolean[] {true, false}) {
          cells.add(new Cell(trial, protocol, isStream, false));
          cells.add(new Cell(trial, protocol, isStream, true));
        }
      }
    }
    return cells;
  }

  /** They mostly wait: so several at once, each with a gateway of its own. */
  @BeforeAll
  static void run() {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Cell cell : cells()) {
        Path own = folder.resolve("cell-" + RESULTS.size());
        RESULTS.put(cell, threads.submit(() -> cell.run(own)));
      }
    }
  }

  private static Result result(Cell cell) {
    Future<Result> future = Objects.requireNonNull(RESULTS.get(cell), cell::toString);
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new AssertionError(cell + " failed", e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void failureIsToldAndNeverLooksLikeAnEnd(Cell cell) {
    Result result = result(cell);

    switch (cell.trial().when()) {
      case BEFORE, AFTER -> {
        Client client = result.alone().orElseThrow();
        assertThat(client.isAnswered()).isFalse();
        assertThat(client.error()).as("typed error").isNotEmpty();
        assertThat(client.got().end()).isEqualTo(End.WHOLE);
        if (cell.isVisible()) {
          assertThat(client.got().status()).isEqualTo(200);
          assertThat(client.text()).as("what had come").isNotEmpty();
        } else {
          assertThat(client.got().status()).isGreaterThanOrEqualTo(400);
        }
      }
      case NEVER -> {
        assertThat(result.alone().orElseThrow().isAnswered()).isTrue();
        assertThat(result.alone().orElseThrow().text()).hasSize((3 << 20) / 5 * 5);
      }
      case CLIENTS -> assertThat(result.alone()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void recordSaysHowItEnded(Cell cell) {
    Result result = result(cell);
    State expected =
        switch (cell.trial().when()) {
          case BEFORE, AFTER -> cell.isVisible() ? State.ABORTED : State.FAILED;
          case NEVER -> State.ANSWERED;
          case CLIENTS -> State.CANCELLED;
        };

    assertThat(result.aloneKept().state()).isEqualTo(expected);
    assertThat(result.aloneKept().attempts()).hasSize(1);
    assertThat(result.aloneKept().request()).isPresent();
    if (cell.trial().when() != Trial.When.NEVER) {
      assertThat(result.aloneKept().abortReason()).isPresent();
      assertThat(result.aloneKept().attempts().getFirst().error())
          .isEqualTo(result.aloneKept().abortReason());
    }
    result
        .alone()
        .ifPresent(
            it ->
                assertThat(result.aloneKept().id())
                    .isEqualTo(it.got().headers().get("x-treadle-exchange")));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void recordHasTheWordsThatTheClientHas(Cell cell) {
    Result result = result(cell);
    if (cell.trial().when() == Trial.When.CLIENTS) {
      return;
    }
    assertThat(Client.text(cell.protocol(), body(result.aloneKept())))
        .isEqualTo(result.alone().orElseThrow().text());
    assertThat(Client.text(cell.protocol(), body(result.bothKept())))
        .isEqualTo(result.both().orElseThrow().text());
  }

  private static JsonNode body(Exchange kept) {
    return kept.answer().flatMap(Exchange.Answer::body).orElseThrow().tree();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void secondUpstreamAnswersIfNothingWasSeenOfTheFirst(Cell cell) {
    Result result = result(cell);
    boolean isFailover =
        switch (cell.trial().when()) {
          case BEFORE, AFTER -> !cell.isVisible() && !cell.isOutOfTime();
          case NEVER, CLIENTS -> false;
        };

    assertThat(result.second()).isEqualTo(isFailover ? 1 : 0);
    assertThat(result.bothKept().attempts()).hasSize(isFailover ? 2 : 1);
    if (isFailover) {
      Client client = result.both().orElseThrow();
      assertThat(client.isAnswered()).isTrue();
      assertThat(client.text()).isEqualTo(Cell.SECOND_SAYS);
      assertThat(client.got().headers()).containsEntry("x-treadle-attempts", "2");
      assertThat(result.bothKept().state()).isEqualTo(State.ANSWERED);
      assertThat(result.bothKept().abortReason()).isEmpty();
    } else {
      assertThat(result.bothKept().state()).isEqualTo(result.aloneKept().state());
      result.both().ifPresent(it -> assertThat(it.text()).doesNotContain(Cell.SECOND_SAYS));
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void nothingIsLeftUnderWay(Cell cell) {
    assertThat(result(cell).callsLeft()).isEqualTo("0");
  }

  @Test
  void wallIsThePageInTheDocumentation() throws IOException {
    StringBuilder wall = new StringBuilder(HEAD);
    for (Map.Entry<Cell, Future<Result>> it : RESULTS.entrySet()) {
      Cell cell = it.getKey();
      Cell other = new Cell(cell.trial(), cell.protocol(), cell.isStream(), true);
      if (!cell.isTranslated()) {
        wall.append(row(cell, result(cell)));
        if (!facts(result(other)).equals(facts(result(cell)))) {
          wall.append(row(other, result(other)));
        }
      }
    }
    Path file = Path.of("target", "fault-wall.md");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, wall);
    Golden.check("docs/gateway-faults.md", wall.toString());
  }

  private static String row(Cell cell, Result result) {
    return "| "
        + cell.trial().title()
        + " | "
        + cell.protocol().wire()
        + (cell.isTranslated() ? ", translated" : "")
        + " | "
        + (cell.isStream() ? "streamed" : "whole")
        + " | "
        + facts(result)
        + " |\n";
  }

  private static String facts(Result result) {
    return String.join(
        " | ",
        result.alone().map(Client::summary).orElse("–"),
        Cell.summary(result.aloneKept()),
        result.both().map(Client::summary).orElse("–"),
        Cell.summary(result.bothKept()));
  }

  private static final String HEAD =
      """
      # When an upstream or a client fails

      Made by `FaultWallTest`, which plays every fault on real sockets, on a route to one upstream (one attempt) and on a route with
      a second upstream behind it (two attempts). A row says what the client saw and what the record says. The same holds where the
      upstream speaks the other protocol, but for the rows marked *translated*.

      - Before the first content nothing has been sent: the client gets the status that fits, or the answer of the next upstream.
      - After it, the client gets an error event and no closing event; another model's words are never put behind the first one's.
      - A whole answer that does not come at all is ended by the deadline, which holds for all upstreams together.
      - When all is over, no call is under way and no connection to an upstream is open but those kept for the next call.

      | fault | protocol | answer | client, one upstream | record | client, two upstreams | record |
      | --- | --- | --- | --- | --- | --- | --- |
      """;
}
