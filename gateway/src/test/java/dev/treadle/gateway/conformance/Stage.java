package dev.treadle.gateway.conformance;

import dev.treadle.gateway.RunningGateway;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import java.nio.file.Path;

/** A gateway before one scripted upstream, as the clients of these tests see it. */
record Stage(RunningGateway gateway) implements AutoCloseable {
  static final String MODEL = "scripted";
  static final String KEY = "any";

  static Stage of(Path folder, UpstreamKind kind, Script script) {
    UpstreamSettings.Kind speaks =
        switch (kind) {
          case OPENAI -> UpstreamSettings.Kind.OPENAI;
          case ANTHROPIC -> UpstreamSettings.Kind.ANTHROPIC;
        };
    return new Stage(
        RunningGateway.in(folder).upstream("a", speaks, script).route("default", "a").start());
  }

  /** The address that a library is given, with what it wants behind it. */
  String url(String path) {
    return gateway.gateway().url() + path;
  }

  ScriptedUpstream upstream() {
    return gateway.upstream(0);
  }

  /** Stops, and tells how often a client has called. */
  long clientCalls() {
    return gateway.kept().size();
  }

  @Override
  public void close() {
    gateway.close();
  }
}
