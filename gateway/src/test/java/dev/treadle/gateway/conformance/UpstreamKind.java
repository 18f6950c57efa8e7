package dev.treadle.gateway.conformance;

/** Whose API stands behind the gateway. */
enum UpstreamKind {
  OPENAI,
  ANTHROPIC
}
