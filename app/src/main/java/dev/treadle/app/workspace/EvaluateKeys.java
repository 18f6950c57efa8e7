package dev.treadle.app.workspace;

import java.util.List;

/** The keys of {@code treadle.yaml} that are about judging answers. */
final class EvaluateKeys {
  /** In the order of their sections. */
  static final List<ConfigurationKey> ALL =
      List.of(
          key(
              "judge",
              "model",
              "the known answers have to do",
              "The model that judges answers where there is nothing to compare with: a route's name, or an upstream and a model.",
              "judge: local/large"),
          key(
              "judge-swap",
              "true or false",
              "true",
              "Whether the judge is asked twice, the second time in another order; the mean counts.",
              "judge: local/large, judge-swap: false"),
          key(
              "timeout",
              "duration",
              "30s",
              "How long one question to the judge may take.",
              "judge: local/large, timeout: 10s"),
          key(
              "references",
              "file",
              "the judge has to do",
              "Known answers, a line of JSON each: question, reference and, if need be, method (docs/evaluate.md).",
              "references: golden.jsonl"));

  private EvaluateKeys() {}

  private static ConfigurationKey key(
      String key, String type, String otherwise, String meaning, String example) {
    return new ConfigurationKey(
        "evaluate." + key,
        type,
        otherwise,
        meaning,
        """
        upstreams:
          local: {kind: openai, url: "http://127.0.0.1:11434"}
        routes:
          default: {to: local}
        evaluate: {%s}
        """
            .formatted(example));
  }
}
