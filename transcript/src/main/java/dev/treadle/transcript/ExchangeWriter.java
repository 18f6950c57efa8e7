package dev.treadle.transcript;

import dev.treadle.transcript.Exchange.Answer;
import dev.treadle.transcript.Exchange.Attempt;
import dev.treadle.transcript.Exchange.ConversationMark;
import dev.treadle.transcript.Exchange.DecisionMark;
import dev.treadle.transcript.Exchange.Timings;
import dev.treadle.transcript.Exchange.TokenUsage;
import dev.treadle.transcript.ExchangeCodec.TextFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Writes exchanges, one after the other, as lines of JSON. Every text that came from outside goes
 * through its {@link TextFilter}: those of the bodies, headers, attempts, reasons and unknown
 * fields. Names that only identify (ids, subject, conversation, upstream, model) stay as they are.
 * Not thread-safe; its buffers serve the next exchange.
 *
 * <p>Written by hand, byte for byte, because it stands in the path of every call through the
 * gateway: bodies are copied, not parsed ({@link JsonCopy}).
 */
final class ExchangeWriter {
  private final JsonBytes out = new JsonBytes();
  private final TextFilter filter;
  private final JsonCopy copy;
  private final StringBuilder moved = new StringBuilder();
  private String bodyAt = "";

  ExchangeWriter(TextFilter filter) {
    this.filter = filter;
    this.copy = new JsonCopy(out, filter, this::noteMoved);
  }

  /**
   * The line, without line feed.
   *
   * @throws TreadleException {@link TranscriptError#NOT_JSON} where a body that was trusted is none
   */
  byte[] write(Exchange it) {
    out.clear();
    moved.setLength(0);
    out.raw("{\"v\":");
    out.number(ExchangeCodec.VERSION);
    known(",\"id\":", it.id());
    out.raw(",\"time\":");
    out.time(it.time());
    word(",\"state\":\"", it.state().wire());
    known(",\"protocol\":", it.protocol());
    text(",\"path\":", it.path());
    word(",\"purpose\":\"", it.purpose().wire());
    known(",\"subject\":", it.subject());
    it.conversation().ifPresent(this::conversation);
    text(",\"route\":", it.route());
    body(",\"request\":", "/request", it.request());
    headers(it.headers());
    it.decision().ifPresent(this::decision);
    attempts(it.attempts());
    it.answer().ifPresent(this::answer);
    it.usage().ifPresent(this::usage);
    it.cost().ifPresent(this::cost);
    timings(it.timings());
    text(",\"abort_reason\":", it.abortReason());
    extra(it.extra());
    if (!moved.isEmpty()) {
      out.raw(",\"blobs\":[");
      out.put(moved.toString().getBytes(StandardCharsets.UTF_8));
      out.put(']');
    }
    out.put('}');
    return out.copy();
  }

  private void conversation(ConversationMark it) {
    known(",\"conversation\":{\"id\":", it.id());
    known(",\"by\":", it.by());
    number(",\"turn\":", it.turn());
    known(",\"parent\":", it.parent());
    known(",\"prefix\":", it.prefix());
    known(",\"through\":", it.through());
    out.put('}');
  }

  private void decision(DecisionMark it) {
    known(",\"decision\":{\"policy\":", it.policy());
    known(",\"target\":", it.target());
    out.raw(",\"propensity\":");
    out.raw(it.propensity() == 1 ? "1.0" : Double.toString(it.propensity()));
    out.raw(",\"candidates\":[");
    for (int i = 0; i < it.candidates().size(); i++) {
      known(i == 0 ? "" : ",", it.candidates().get(i));
    }
    text("],\"reason\":", it.reason());
    text(",\"source\":", it.source());
    text(",\"category\":", it.category());
    number(",\"confidence\":", it.confidence());
    text(",\"arm\":", it.arm());
    number(",\"random\":", it.random());
    out.put('}');
  }

  private void number(String before, Optional<Double> value) {
    if (value.isPresent()) {
      out.raw(before);
      out.raw(Double.toString(value.get()));
    }
  }

  private void attempts(List<Attempt> attempts) {
    if (attempts.isEmpty()) {
      return;
    }
    out.raw(",\"attempts\":[");
    for (int i = 0; i < attempts.size(); i++) {
      Attempt it = attempts.get(i);
      known(i == 0 ? "{\"upstream\":" : ",{\"upstream\":", it.upstream());
      known(",\"model\":", it.model());
      millis(",\"start_ms\":", it.start());
      millis(",\"length_ms\":", it.length());
      if (it.status().isPresent()) {
        number(",\"status\":", it.status().get());
      }
      text(",\"error\":", it.error());
      text(",\"message\":", it.message());
      out.put('}');
    }
    out.put(']');
  }

  private void answer(Answer it) {
    number(",\"answer\":{\"status\":", it.status());
    out.raw(it.streamed() ? ",\"streamed\":true" : ",\"streamed\":false");
    number(",\"events\":", it.events());
    body(",\"body\":", "/answer/body", it.body());
    if (!it.losses().isEmpty()) {
      out.raw(",\"losses\":[");
      for (int i = 0; i < it.losses().size(); i++) {
        text(i == 0 ? "" : ",", it.losses().get(i));
      }
      out.put(']');
    }
    out.put('}');
  }

  private void usage(TokenUsage it) {
    number(",\"usage\":{\"input\":", it.input());
    number(",\"cached_input\":", it.cachedInput());
    number(",\"cache_write\":", it.cacheWrite());
    number(",\"output\":", it.output());
    number(",\"reasoning\":", it.reasoning());
    out.put('}');
  }

  private void cost(Usd it) {
    out.raw(",\"cost_usd\":");
    out.raw(it.amount().toString());
  }

  private void timings(Timings it) {
    millis(",\"timings\":{\"total_ms\":", it.total());
    if (it.firstContent().isPresent()) {
      millis(",\"first_content_ms\":", it.firstContent().get());
    }
    millis(",\"added_ms\":", it.added());
    out.put('}');
  }

  private void headers(Map<String, String> headers) {
    if (headers.isEmpty()) {
      return;
    }
    out.raw(",\"headers\":");
    char before = '{';
    for (Map.Entry<String, String> header : headers.entrySet()) {
      out.put(before);
      text("", header.getKey());
      text(":", header.getValue());
      before = ',';
    }
    out.put('}');
  }

  private void extra(Map<String, JsonNode> extra) {
    if (extra.isEmpty()) {
      return;
    }
    out.raw(",\"extra\":");
    bodyAt = "/extra";
    copy.copy(Json.write(Json.object().setAll(extra)));
  }

  private void body(String field, String pointer, Optional<RawJson> body) {
    if (body.isPresent()) {
      out.raw(field);
      bodyAt = pointer;
      copy.copy(body.get().bytes());
    }
  }

  /** Beside the bodies and never in them: so no body can be taken for one with moved texts. */
  private void noteMoved(String pointer, String sha256, int bytes) {
    moved.append(moved.isEmpty() ? "" : ",");
    moved.append(
        Json.object().put("at", bodyAt + pointer).put("sha256", sha256).put("bytes", bytes));
  }

  private void text(String field, String value) {
    out.raw(field);
    out.text(filter.clean(value));
  }

  private void text(String field, Optional<String> value) {
    if (value.isPresent()) {
      text(field, value.get());
    }
  }

  private void known(String field, String value) {
    out.raw(field);
    out.text(value);
  }

  private void known(String field, Optional<String> value) {
    if (value.isPresent()) {
      known(field, value.get());
    }
  }

  private void word(String field, String word) {
    out.raw(field);
    out.raw(word);
    out.put('"');
  }

  private void number(String field, long value) {
    out.raw(field);
    out.number(value);
  }

  private void millis(String field, Duration value) {
    out.raw(field);
    out.millis(value);
  }
}
