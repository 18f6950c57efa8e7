package dev.treadle.app.workspace;

import java.util.List;

/** The keys of {@code treadle.yaml} that are about the gateway. */
final class GatewayKeys {
  /** In the order of their sections. */
  static final List<ConfigurationKey> ALL =
      List.of(
          new ConfigurationKey(
              "serve.listen",
              "address",
              "127.0.0.1:8484",
              "Where the gateway listens; an address that other machines reach needs a key (treadle key create).",
              "serve:\n  listen: 127.0.0.1:8080\n"),
          new ConfigurationKey(
              "serve.hosts",
              "list of names",
              "[]",
              "Names by which clients call the gateway, beside this machine's own; others are refused.",
              "serve:\n  hosts: [models.example.com]\n"),
          new ConfigurationKey(
              "serve.origins",
              "list of origins",
              "[]",
              "Web pages that may call the gateway from a browser.",
              "serve:\n  origins: [\"https://chat.example.com\"]\n"),
          new ConfigurationKey(
              "serve.max-request",
              "size",
              "32MB",
              "The largest body of a request.",
              "serve:\n  max-request: 64MB\n"),
          new ConfigurationKey(
              "serve.drain",
              "duration",
              "30s",
              "How long streams may go on when the gateway is told to end.",
              "serve:\n  drain: 2m\n"),
          new ConfigurationKey(
              "serve.log-requests",
              "true or false",
              "false",
              "Whether every request is a line in the log; the lake keeps exchanges in any case.",
              "serve:\n  log-requests: true\n"),
          new ConfigurationKey(
              "serve.cache-memory",
              "size",
              "32MB",
              "How much memory answers may take that routes with cache give again; one answer an eighth of it.",
              "serve:\n  cache-memory: 128MB\n"),
          upstream("kind", "openai, anthropic or scripted", "openai", "Whose API it speaks.", ""),
          upstream(
              "url",
              "address",
              "the one that belongs to the kind",
              "Its base address, as model clients take it, with or without /v1.",
              ""),
          upstream(
              "key",
              "text",
              "client",
              "The key it is called with, best as ${NAME} of an environment variable; client passes the caller's own credentials on, none sends none.",
              ", key: none"),
          upstream(
              "headers",
              "names and texts",
              "{}",
              "Header fields that every call of it gets.",
              ", headers: {x-team: research}"),
          upstream(
              "apis",
              "list of chat, messages, responses, embeddings",
              "the ones that belong to the kind",
              "What it understands; between chat and messages the gateway translates.",
              ", apis: [chat, embeddings]"),
          upstream(
              "models",
              "list of names",
              "[]",
              "Models that it is known to have, for GET /v1/models.",
              ", models: [\"qwen3:8b\"]"),
          upstream(
              "stream-usage",
              "true or false",
              "true",
              "Whether a stream's token counts are asked for where the client did not; off for a server that refuses the field.",
              ", stream-usage: false"),
          upstream(
              "concurrency",
              "number",
              "512",
              "Calls of it at once; more wait, then fail over.",
              ", concurrency: 8"),
          upstream(
              "first-content",
              "duration",
              "2m",
              "How long a stream may take until something comes that a client could see.",
              ", first-content: 20s"),
          upstream(
              "stall",
              "duration",
              "1m",
              "How long an answer that began may be silent.",
              ", stall: 30s"),
          upstream("max-answer", "size", "64MB", "The largest answer.", ", max-answer: 8MB"),
          upstream(
              "prices",
              "models and prices",
              "{}",
              "US dollars for a million tokens by model, * for every other: input, cached-input, cache-write, output.",
              ", prices: {\"*\": {input: 0.15, cached-input: 0.075, output: 0.6}}"),
          new ConfigurationKey(
              "upstreams.*.script",
              "script",
              "the answers that follow from the requests",
              "What a scripted upstream answers (docs/gateway.md): for demonstrations and tests.",
              "upstreams:\n  play:\n    kind: scripted\n    script: {rules: [{when: {contains: hello}, answer: {text: Hi.}}]}\nroutes:\n  default: {to: play}\n"),
          route(
              "to",
              "target, list or weights",
              "the upstream named like the route",
              "Where it goes: upstream or upstream/model; a list is tried in order; names with weights are drawn.",
              ""),
          route(
              "fallback",
              "list of targets",
              "[]",
              "Who is asked, in order, where the drawn target of a weighted route fails.",
              ", fallback: [local/small]"),
          route(
              "models",
              "list of names",
              "[]",
              "Models that the route answers for, beside its own name; * stands for any characters.",
              ", models: [\"gpt-*\"]"),
          route(
              "capture",
              "true or false",
              "true",
              "Whether exchanges are kept in the lake; a client's header x-treadle-no-store turns it off for one.",
              ", capture: false"),
          route(
              "durability",
              "before-answer or group-commit",
              "group-commit",
              "When a kept exchange is safe from a power cut: before its answer ends, or within milliseconds of it.",
              ", durability: before-answer"),
          route(
              "on-capture-failure",
              "answer or refuse",
              "answer",
              "What a client gets when its exchange cannot be kept: its answer, or an error.",
              ", on-capture-failure: refuse"),
          route(
              "deadline",
              "duration",
              "10m",
              "How long a call may take, with all its attempts.",
              ", deadline: 2m"),
          route(
              "attempts",
              "number",
              "3",
              "How often upstreams are asked for one call, over all targets.",
              ", attempts: 5"),
          route(
              "cache",
              "duration or none",
              "none",
              "How long an answer is given again, from memory, to exactly the same request of the same client; none asks every time.",
              ", cache: 1h"));

  private GatewayKeys() {}

  private static ConfigurationKey upstream(
      String key, String type, String otherwise, String meaning, String example) {
    return new ConfigurationKey(
        "upstreams.*." + key,
        type,
        otherwise,
        meaning,
        """
        upstreams:
          local: {kind: openai, url: "http://127.0.0.1:11434"%s}
        routes:
          default: {to: local}
        """
            .formatted(example));
  }

  private static ConfigurationKey route(
      String key, String type, String otherwise, String meaning, String example) {
    return new ConfigurationKey(
        "routes.*." + key,
        type,
        otherwise,
        meaning,
        """
        upstreams:
          local: {kind: openai, url: "http://127.0.0.1:11434"}
        routes:
          default: {to: local%s}
        """
            .formatted(example));
  }
}
