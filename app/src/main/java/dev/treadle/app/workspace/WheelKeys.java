package dev.treadle.app.workspace;

import java.util.List;

/** The keys of {@code treadle.yaml} that are about learning routers and promoting them. */
final class WheelKeys {
  /** In the order of their sections. */
  static final List<ConfigurationKey> ALL =
      List.of(
          new ConfigurationKey(
              "routes.*.policy",
              "configured, learned or classifier",
              "configured",
              "Who chooses among the targets: the order or weights of to; the policy that was promoted (docs/wheel.md); or router.classifier. Where these know nothing, the first target.",
              """
              upstreams:
                local: {kind: openai, url: "http://127.0.0.1:11434"}
              routes:
                default: {to: [local/large, local/small], policy: learned}
              """),
          new ConfigurationKey(
              "router.classifier",
              "address",
              "the routes' own policies",
              "An external classifier for routes with policy: classifier, by http(s) or grpc (docs/routing.md); its labels are router.categories or models.",
              "router:\n  classifier: grpc://127.0.0.1:50051\n"),
          new ConfigurationKey(
              "router.classifier-timeout",
              "duration",
              "200ms",
              "How long the external classifier may take; then the first target answers.",
              "router:\n  classifier-timeout: 500ms\n"),
          new ConfigurationKey(
              "router.min-confidence",
              "probability",
              "0.5",
              "With less confidence of the external classifier the first target answers.",
              "router:\n  min-confidence: 0.7\n"),
          new ConfigurationKey(
              "router.min-score",
              "score",
              "0.5",
              "A question whose best answer scores less labels nothing.",
              "router:\n  min-score: 0.6\n"),
          new ConfigurationKey(
              "router.categories",
              "models and categories",
              "{}",
              "The category that a model's wins count for in treadle route dataset; a model that is not named is its own.",
              "router:\n  categories: {qwen-math-7b: math, qwen-max: general}\n"),
          new ConfigurationKey(
              "router.quality-per-usd",
              "number",
              "0",
              "How much quality, from 0 to 1, one US dollar must buy; 0: cost is no matter.",
              "router:\n  quality-per-usd: 20\n"),
          new ConfigurationKey(
              "router.explore",
              "true or false",
              "true",
              "Whether a target is drawn by its chance of being the best, so that the router goes on learning, or the best is always taken.",
              "router:\n  explore: false\n"),
          new ConfigurationKey(
              "promotion.held-out",
              "share",
              "0.3",
              "Share of the conversations that no router learns from: the gate judges by them.",
              "promotion:\n  held-out: 0.4\n"),
          new ConfigurationKey(
              "promotion.minimum",
              "number",
              "30",
              "With fewer held-out comparisons nothing is promoted.",
              "promotion:\n  minimum: 100\n"),
          new ConfigurationKey(
              "promotion.level",
              "probability",
              "0.05",
              "How often the gate may promote what is no better.",
              "promotion:\n  level: 0.01\n"),
          new ConfigurationKey(
              "promotion.cost-margin",
              "share",
              "the cost is no matter",
              "By how much a promoted policy may cost more than what is live, as a share; proven, or it is refused.",
              "promotion:\n  cost-margin: 0.1\n"),
          new ConfigurationKey(
              "promotion.canary",
              "share",
              "0",
              "Share of the conversations that a promoted policy decides at first; 0: all at once.",
              "promotion:\n  canary: 0.1\n"));

  private WheelKeys() {}
}
