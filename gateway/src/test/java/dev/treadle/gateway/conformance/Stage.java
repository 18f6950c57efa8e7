package dev.treadle.gateway.conformance;

import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import java.net.URI;

/** What a client of a test calls, and what stands behind it. */
record Stage(UpstreamKind kind, ScriptedUpstream upstream) implements AutoCloseable {

  static final String MODEL = "scripted";
  static final String KEY = "any";

  static Stage of(UpstreamKind kind, Script script) {
    return new Stage(kind, ScriptedUpstream.start(script));
  }

  URI url() {
    return upstream.baseUrl();
  }

  /** How often a client has called. */
  long clientCalls() {
    return upstream.receivedCount();
  }

  @Override
  public void close() {
    upstream.close();
  }
}
