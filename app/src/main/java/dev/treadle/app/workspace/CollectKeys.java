package dev.treadle.app.workspace;

import java.util.List;

/** The keys of {@code treadle.yaml} that are about comparing models and sending comparisons. */
final class CollectKeys {
  /** In the order of their sections. */
  static final List<ConfigurationKey> ALL =
      List.of(
          key(
              "enabled",
              "true or false",
              "false",
              "Whether users' questions are compared (docs/training-mode.md) and comparisons uploaded."),
          key(
              "mode",
              "training or production",
              "production",
              "In training mode users' questions are put to all candidates, too; in production they are only answered."),
          key(
              "sampling_rate",
              "share from 0 to 1",
              "1.0",
              "Share of the questions that are compared."),
          key(
              "storage_endpoint",
              "address",
              "the comparisons stay in the lake",
              "Where comparisons are posted to: another gateway's /collect."),
          key(
              "storage_key",
              "text",
              "the comparisons are sent without one",
              "The key that is shown there, best as ${NAME} of an environment variable."),
          key(
              "training.candidate_models",
              "list of models",
              "[]",
              "The models that are compared, two at least: each a route's name, or an upstream and a model."),
          key(
              "training.evaluate_endpoint",
              "address",
              "the gateway scores by itself",
              "Who scores answers: POST {question, answer}, answered by {score}."),
          key(
              "training.evaluate_timeout",
              "milliseconds",
              "5000",
              "How long scoring one answer may take; then its score is -1."),
          key("training.batch_size", "number", "10", "Comparisons in an upload."),
          key(
              "training.flush_interval",
              "seconds",
              "60",
              "After how long a batch is uploaded that is not full."),
          key("training.concurrency", "number", "4", "Questions that are compared at once."),
          key(
              "training.queue",
              "number",
              "1000",
              "Questions that wait to be compared; further ones are skipped and counted."),
          key(
              "training.timeout",
              "duration",
              "30s",
              "How long a candidate's answer may take; then its score is -1."),
          key(
              "training.max_questions_per_day",
              "number",
              "100000",
              "Questions that are compared in a day of UTC; further ones are skipped and counted."),
          key(
              "training.max_cost_per_day",
              "US dollars",
              "10",
              "What candidates and judges may cost in a day of UTC by the prices of upstreams; then questions are skipped and counted."));

  private static final String EXAMPLE =
      """
      upstreams:
        local: {kind: openai, url: "http://127.0.0.1:11434"}
      routes:
        default: {to: local}
      data_collection:
        enabled: true
        mode: training
        sampling_rate: 0.1
        storage_endpoint: "http://127.0.0.1:8080/collect"
        storage_key: "${COLLECTOR_KEY}"
        training:
          candidate_models: [local/small, local/large]
          evaluate_endpoint: "http://127.0.0.1:8081/v1/evaluate"
          evaluate_timeout: 2000
          batch_size: 20
          flush_interval: 30
          concurrency: 2
          queue: 100
          timeout: 20s
          max_questions_per_day: 500
          max_cost_per_day: 2.5
      """;

  private CollectKeys() {}

  private static ConfigurationKey key(String key, String type, String otherwise, String meaning) {
    return new ConfigurationKey("data_collection." + key, type, otherwise, meaning, EXAMPLE);
  }
}
