package dev.treadle.gateway;

import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose route has a cache, a clock that the test sets, and what is asked of it. */
class CachedCalls {
  static final String PATH = "/v1/chat/completions";
  static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  static final String STREAM = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
  static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));

  RunningGateway.Plan plan(Rule... rules) {
    return RunningGateway.in(folder)
        .clock(now::get)
        .cache(HOUR)
        .attempts(1)
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(rules));
  }

  RunningGateway saying(String text) {
    return plan(Rule.always().say(text)).route("default", "a").start();
  }

  static String cache(HttpResponse<String> answer) {
    return header(answer, "x-treadle-cache");
  }

  static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("-");
  }
}
