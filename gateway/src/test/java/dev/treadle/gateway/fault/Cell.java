package dev.treadle.gateway.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.RunningGateway;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.gateway.scripted.RawClient;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.dialect.Protocol;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One field of the wall: a fault, met by a call of one protocol before an upstream of one kind.
 *
 * @param isTranslated whether the failing upstream speaks the other protocol
 */
record Cell(Trial trial, Protocol protocol, boolean isStream, boolean isTranslated) {
  static final String ALONE = "alone";
  static final String BOTH = "both";
  static final String SECOND_SAYS = "Said by the second.";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration LONG_TIME = Duration.ofMinutes(1);
  private static final long MOST_BYTES = 1 << 20;

  /**
   * What came of it, on a route to the failing upstream alone and on one with a second behind it.
   *
   * @param second how often the second was asked
   * @param callsLeft calls that the gateway believes under way when all is over
   */
  record Result(
      Optional<Client> alone,
      Optional<Client> both,
      Exchange aloneKept,
      Exchange bothKept,
      long second,
      String callsLeft) {}

  /** Whether something of the failing answer can have been seen before it fails. */
  boolean isVisible() {
    return isStream && trial.when() == Trial.When.AFTER;
  }

  /**
   * Whether the failure can only be told by the deadline, which holds for all upstreams together.
   */
  boolean isOutOfTime() {
    return trial == Trial.SILENT && !isStream;
  }

  private UpstreamSettings.Kind kind() {
    boolean isOpenAi = (protocol == Protocol.CHAT) != isTranslated;
    return isOpenAi ? UpstreamSettings.Kind.OPENAI : UpstreamSettings.Kind.ANTHROPIC;
  }

  Result run(Path folder) throws IOException {
    RunningGateway.Plan plan = RunningGateway.in(Files.createDirectories(folder));
    boolean isWaiting = trial == Trial.SILENT || trial == Trial.STALLED;
    Duration first = isWaiting ? Duration.ofMillis(1500) : LONG_TIME;
    Duration stall = isWaiting ? Duration.ofSeconds(1) : LONG_TIME;
    long most = trial == Trial.SLOW_READER ? 16 * MOST_BYTES : MOST_BYTES;
    plan.limits(new UpstreamSettings.Limits(8, first, stall, most));
    plan.deadline(isWaiting ? Duration.ofSeconds(3) : LONG_TIME);
    if (trial == Trial.CONNECTION_REFUSED) {
      plan.upstream("first", kind(), nobody());
    } else {
      plan.upstream("first", kind(), trial.script(isStream));
    }
    plan.upstream("second", kind(), Script.of(Rule.always().say(SECOND_SAYS)));
    plan.attempts(1).route(ALONE, "first").attempts(2).route(BOTH, "first", "second");
    try (RunningGateway gateway = plan.start()) {
      return run(gateway);
    }
  }

  private Result run(RunningGateway gateway) throws IOException {
    int second = trial == Trial.CONNECTION_REFUSED ? 0 : 1;
    Optional<Client> alone = call(gateway, ALONE, 1);
    Optional<Client> both = call(gateway, BOTH, 2);
    String left = callsLeft(gateway);
    if (second == 1 && breaksConnection()) {
      assertThat(gateway.upstream(0).awaitOpenConnections(0, SOON)).as("%s: closed", this).isTrue();
    }
    List<Exchange> kept = gateway.kept();
    for (int i = 0; i <= second; i++) {
      assertThat(gateway.upstream(i).awaitOpenConnections(0, SOON))
          .as("%s: connections left behind", this)
          .isTrue();
    }
    return new Result(
        alone,
        both,
        of(ALONE, kept),
        of(BOTH, kept),
        gateway.upstream(second).receivedCount(),
        left);
  }

  private static Exchange of(String route, List<Exchange> kept) {
    List<Exchange> found = kept.stream().filter(it -> it.route().equals(route)).toList();
    assertThat(found).as("of route %s in %s", route, kept).hasSize(1);
    return found.getFirst();
  }

  private Optional<Client> call(RunningGateway gateway, String route, long number)
      throws IOException {
    URI url = gateway.gateway().url();
    return switch (trial) {
      case SLOW_READER -> Optional.of(Client.readsSlowly(url, protocol, isStream, route));
      case CLIENT_GONE -> {
        leaves(url, gateway.upstream(0), route, number);
        yield Optional.empty();
      }
      default -> Optional.of(Client.calls(url, protocol, isStream, route));
    };
  }

  /** Goes away after the first content, or while the whole answer is awaited. */
  private void leaves(URI url, ScriptedUpstream first, String route, long number)
      throws IOException {
    try (RawClient client = new RawClient(url)) {
      client.send(protocol.path(), Client.body(protocol, isStream), "x-treadle-route: " + route);
      assertThat(first.awaitReceived(number, SOON)).isTrue();
      if (isStream) {
        assertThat(client.read(1).status()).isEqualTo(200);
      }
    }
    assertThat(first.awaitClientsGone(number, SOON)).as("%s: cancelled upstream", this).isTrue();
  }

  /** Whether the failing upstream's connection cannot be used again. */
  private boolean breaksConnection() {
    return switch (trial) {
      case CUT_BEFORE, CUT_AFTER, SILENT, STALLED, OVERSIZED, ENDLESS, CLIENT_GONE -> true;
      case CUT_QUIETLY,
          CONNECTION_REFUSED,
          RATE_LIMITED,
          SERVER_ERROR,
          OVERLOADED,
          MALFORMED,
          WRONG_TYPE,
          ERROR_INSIDE,
          EMPTY,
          SLOW_READER ->
          false;
    };
  }

  /** Waits until the gateway has no call under way; says how many it believes to have, if not. */
  private static String callsLeft(RunningGateway gateway) {
    String said = "";
    for (int i = 0; i < 1000; i++) {
      said =
          gateway
              .get("/metrics")
              .body()
              .lines()
              .filter(it -> it.startsWith("treadle_calls "))
              .findFirst()
              .orElse("no metric");
      if (said.equals("treadle_calls 0.0")) {
        return "0";
      }
    }
    return said;
  }

  /** An address at which nobody listens. */
  private static URI nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }

  /** A record in few words: how it ended, and how each attempt did. */
  static String summary(Exchange kept) {
    StringBuilder attempts = new StringBuilder();
    for (Exchange.Attempt it : kept.attempts()) {
      attempts
          .append(attempts.isEmpty() ? "" : ", ")
          .append(it.upstream())
          .append(' ')
          .append(it.error().map(word -> "`" + word + "`").orElse("answered"));
    }
    return kept.state().name().toLowerCase(Locale.ROOT)
        + kept.abortReason().map(it -> " `" + it + "`").orElse("")
        + "; "
        + attempts;
  }

  @Override
  public String toString() {
    return trial.title()
        + ", "
        + protocol.wire()
        + (isStream ? ", streamed" : ", whole")
        + (isTranslated ? ", translated" : "");
  }
}
