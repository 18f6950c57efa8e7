package dev.treadle.gateway;

import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.store.Durability;
import dev.treadle.store.Lake;
import dev.treadle.store.Lakes;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A gateway on a free port, over a lake of its own and scripted upstreams, and a client of it. */
public final class RunningGateway implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Lake lake;
  private final List<ScriptedUpstream> upstreams;
  private final Gateway gateway;
  private final List<String> events = new CopyOnWriteArrayList<>();

  /** What is to be started. */
  public static final class Plan {
    private final Path folder;
    private final List<UpstreamSettings> upstreams = new ArrayList<>();
    private final List<ScriptedUpstream> started = new ArrayList<>();
    private final List<RouteSettings> routes = new ArrayList<>();
    private UpstreamSettings.Limits limits =
        new UpstreamSettings.Limits(64, Duration.ofSeconds(2), Duration.ofSeconds(1), 4 << 20);
    private Durability durability = Durability.GROUP_COMMIT;
    private RouteSettings.OnCaptureFailure onFailure = RouteSettings.OnCaptureFailure.ANSWER;
    private int attempts = RouteSettings.ATTEMPTS;
    private Duration deadline = Duration.ofSeconds(30);
    private ApiKeys keys;
    private UnaryOperator<GatewaySettings> change = UnaryOperator.identity();
    private Optional<Duration> cache = Optional.empty();
    private InstantSource clock = Instant::now;
    private Lake lake;

    Plan(Path folder) {
      this.folder = folder;
      this.lake = Lakes.create(folder, 7);
      this.keys = ApiKeys.read(lake.state());
    }

    /** In place of the lake that was made. */
    public Plan lake(Lake other) {
      lake.close();
      lake = other;
      keys = ApiKeys.read(lake.state());
      return this;
    }

    public Lake lake() {
      return lake;
    }

    public Path folder() {
      return folder;
    }

    public Plan limits(UpstreamSettings.Limits these) {
      limits = these;
      return this;
    }

    public Plan durability(Durability this_) {
      durability = this_;
      return this;
    }

    public Plan onCaptureFailure(RouteSettings.OnCaptureFailure what) {
      onFailure = what;
      return this;
    }

    public Plan attempts(int most) {
      attempts = most;
      return this;
    }

    public Plan deadline(Duration limit) {
      deadline = limit;
      return this;
    }

    /** Routes that follow give answers again for so long. */
    public Plan cache(Duration lifetime) {
      cache = Optional.of(lifetime);
      return this;
    }

    public Plan clock(InstantSource other) {
      clock = other;
      return this;
    }

    /** Reads the keys of the lake again. */
    public Plan withKeys() {
      keys = ApiKeys.read(lake.state());
      return this;
    }

    /** A scripted model API that speaks as that kind does. */
    public Plan upstream(String name, UpstreamSettings.Kind kind, Script script) {
      ScriptedUpstream started = ScriptedUpstream.start(script);
      this.started.add(started);
      return upstream(name, kind, started.baseUrl());
    }

    public Plan upstream(String name, UpstreamSettings.Kind kind, URI base) {
      return upstream(name, kind, base, new UpstreamSettings.Credentials.None());
    }

    public Plan upstream(
        String name,
        UpstreamSettings.Kind kind,
        URI base,
        UpstreamSettings.Credentials credentials) {
      Set<Api> apis =
          kind == UpstreamSettings.Kind.ANTHROPIC
              ? Set.of(Api.MESSAGES)
              : Set.of(Api.CHAT, Api.RESPONSES, Api.EMBEDDINGS);
      upstreams.add(
          new UpstreamSettings(
              name,
              kind,
              Optional.of(base),
              credentials,
              Map.of(),
              apis,
              true,
              limits,
              Map.of(),
              List.of(),
              Optional.empty()));
      return this;
    }

    public Plan upstream(UpstreamSettings settings) {
      upstreams.add(settings);
      return this;
    }

    public Plan route(RouteSettings route) {
      routes.add(route);
      return this;
    }

    /** Other settings than those that follow from the rest. */
    public Plan but(UnaryOperator<GatewaySettings> what) {
      change = what;
      return this;
    }

    public ScriptedUpstream started(int index) {
      return started.get(index);
    }

    /** A route to targets, tried in order. */
    public Plan route(String name, String... chain) {
      List<Target> targets = List.of(chain).stream().map(Target::parse).toList();
      return route(name, new Policy.Chain(targets));
    }

    public Plan route(String name, Policy policy) {
      routes.add(
          new RouteSettings(
                  name, List.of(), policy, true, durability, onFailure, deadline, attempts)
              .caching(cache));
      return this;
    }

    public GatewaySettings settings() {
      GatewaySettings settings =
          GatewaySettings.of(
              new GatewaySettings.Listener(
                  "127.0.0.1", 0, Set.of(), Set.of(), 1 << 20, Duration.ofSeconds(5), false),
              upstreams,
              routes);
      return change.apply(settings);
    }

    public RunningGateway start() {
      return new RunningGateway(this);
    }
  }

  private RunningGateway(Plan plan) {
    this.lake = plan.lake;
    this.upstreams = plan.started;
    Surroundings surroundings =
        new Surroundings(
            plan.clock,
            System::nanoTime,
            new Random(11),
            (level, event, fields) -> {
              events.add(level + " " + event + " " + fields);
              System.err.println(fields);
            });
    this.gateway =
        Gateway.start(plan.settings(), plan.keys, lake, Redactor.standard(), surroundings);
  }

  public static Plan in(Path folder) {
    return new Plan(folder);
  }

  public Gateway gateway() {
    return gateway;
  }

  public Lake lake() {
    return lake;
  }

  public ScriptedUpstream upstream(int index) {
    return upstreams.get(index);
  }

  /** What it said in its log. */
  public List<String> events() {
    return events;
  }

  public URI url(String path) {
    return gateway.url().resolve(path);
  }

  public HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url(path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request.build());
  }

  public HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url(path)).GET();
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request.build());
  }

  public static HttpResponse<String> send(HttpRequest request) {
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops, and reads what was kept: the last revision of every exchange, in order. */
  public List<Exchange> kept() {
    gateway.drain(Duration.ofSeconds(5));
    lake.flush();
    List<Exchange> kept = new ArrayList<>();
    try (Lines lines = lake.latest(Stream.EXCHANGES)) {
      lines.forEachRemaining(it -> kept.add(ExchangeCodec.decode(it.json(), lake.blobs()::get)));
    }
    return kept;
  }

  @Override
  public void close() {
    gateway.close();
    upstreams.forEach(ScriptedUpstream::close);
    lake.close();
  }
}
