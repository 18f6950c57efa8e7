package dev.treadle.gateway;

import dev.treadle.gateway.limits.LimitSettings;
import dev.treadle.gateway.limits.Limits;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.dialect.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the gateway counts, in Prometheus' form. */
final class GatewayMetrics {
  private static final int MOST_SERIES = 2000;
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(250_000),
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Series, Meters> meters = new ConcurrentHashMap<>();

  /** What calls are counted together. */
  private record Series(String route, String api, String upstream, String state) {}

  /** The meters of one series. */
  private record Meters(
      Timer total,
      Timer firstContent,
      Timer added,
      Counter attempts,
      Counter inputTokens,
      Counter outputTokens,
      Counter cost) {}

  /** A value that is looked at when somebody asks. */
  void gauge(String name, String about, Supplier<Number> value) {
    Gauge.builder(name, value).description(about).register(registry);
  }

  /** As {@link #gauge(String, String, Supplier)}, for one value of a tag. */
  void gauge(String name, String about, String tag, String tagged, Supplier<Number> value) {
    Gauge.builder(name, value).description(about).tag(tag, tagged).register(registry);
  }

  /** As {@link #gauge(String, String, Supplier)}, for one upstream. */
  void upstreamGauge(String name, String about, String upstream, Supplier<Number> value) {
    gauge(name, about, "upstream", upstream, value);
  }

  /** Counts something of one route. */
  Counter routeCounter(String name, String about, String route) {
    return counter(name, about, Tags.of("route", route));
  }

  /** What a limit has refused and, where it counts money, what was spent under it. */
  void limited(LimitSettings limit, Limits limits) {
    String name = limit.name();
    gauge(
        "treadle.limit.refused",
        "Calls that a limit refused",
        "limit",
        name,
        () -> limits.refused(name));
    if (limit.budget().usdPerDay().isPresent()) {
      gauge(
          "treadle.limit.day.usd",
          "US dollars spent under a limit today",
          "limit",
          name,
          () -> limits.spent(name, false));
    }
    if (limit.budget().usdPerMonth().isPresent()) {
      gauge(
          "treadle.limit.month.usd",
          "US dollars spent under a limit this month",
          "limit",
          name,
          () -> limits.spent(name, true));
    }
  }

  /** Counts a call that is over. */
  void called(CallNotes notes) {
    Series series =
        new Series(
            notes.route(), notes.api.wire(), notes.upstream().orElse("none"), notes.state().wire());
    Meters found = meters.get(series);
    if (found == null) {
      // Upstreams and routes are few; a limit all the same, as a reload brings new names.
      found =
          meters.size() < MOST_SERIES
              ? meters.computeIfAbsent(series, this::make)
              : make(new Series("other", "other", "other", notes.state().wire()));
    }
    found.total().record(notes.total(), TimeUnit.NANOSECONDS);
    found.added().record(notes.added());
    // A whole answer's first content is its end, which the first timer has.
    boolean streamed = notes.answer().map(Exchange.Answer::streamed).orElse(false);
    if (streamed && notes.state() == Exchange.State.ANSWERED) {
      notes.firstContent().ifPresent(found.firstContent()::record);
    }
    found.attempts().increment(notes.attempts());
    if (notes.usage().isPresent() && notes.attempts() > 0) { // Those from the cache cost nobody.
      Usage usage = notes.usage().get();
      found.inputTokens().increment((double) usage.inputTokens());
      found.outputTokens().increment((double) usage.outputTokens());
    }
    if (notes.cost().isPresent()) {
      found.cost().increment(notes.cost().get().amount().doubleValue());
    }
  }

  private Meters make(Series series) {
    Tags tags =
        Tags.of("route", series.route(), "api", series.api(), "upstream", series.upstream());
    Tags all = tags.and("state", series.state());
    return new Meters(
        timer("treadle.call", "Calls of models, from the request to the end of the answer", all),
        timer("treadle.first.content", "Until the first content of a stream was sent", tags),
        timer("treadle.added", "What the gateway itself took", tags),
        counter("treadle.attempts", "Calls of upstreams", all),
        counter("treadle.tokens", "Tokens, as the upstream counts them", tags.and("kind", "input")),
        counter(
            "treadle.tokens", "Tokens, as the upstream counts them", tags.and("kind", "output")),
        counter("treadle.cost.usd", "Cost in US dollars, where prices are configured", tags));
  }

  private Timer timer(String name, String about, Tags tags) {
    return Timer.builder(name)
        .description(about)
        .tags(tags)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Counter counter(String name, String about, Tags tags) {
    return Counter.builder(name).description(about).tags(tags).register(registry);
  }

  /** Prometheus' text format. */
  String scrape() {
    return registry.scrape();
  }
}
