package dev.treadle.app.workspace;

import java.util.List;

/** The keys of {@code treadle.yaml} that limit what calls may ask for and cost. */
final class LimitKeys {
  static final List<ConfigurationKey> ALL =
      List.of(
          key("keys", "list of names", "[]", "Keys that the limit is for; none: all."),
          key("routes", "list of names", "[]", "Routes that the limit is for; none: all."),
          key(
              "for-each",
              "all or key",
              "all",
              "Whether all calls that it is for are counted together, or every key has it to itself."),
          key(
              "requests-per-minute",
              "number",
              "the requests are not limited",
              "Requests a minute; as many may come at once after a minute's rest."),
          key(
              "tokens-per-minute",
              "number",
              "the tokens are not limited",
              "Tokens a minute of prompts and answers; set aside before a call, settled after it."),
          key(
              "usd-per-day",
              "US dollars",
              "the money of a day is not limited",
              "What calls may cost in a day of UTC, by the prices of upstreams; beyond it they are refused."),
          key(
              "usd-per-month",
              "US dollars",
              "the money of a month is not limited",
              "What calls may cost in a month of UTC, by the prices of upstreams; beyond it they are refused."),
          key(
              "assumed-output",
              "number of tokens",
              "4096",
              "How long an answer is taken to be, before it is there, where the request does not limit it."));

  private static final String EXAMPLE =
      """
      upstreams:
        local:
          kind: openai
          url: "http://127.0.0.1:11434"
          prices: {"*": {input: 0.4, output: 1.6}}
      routes:
        default: {to: local}
      limits:
        house: {usd-per-day: 50, usd-per-month: 600}
        each-key: {for-each: key, requests-per-minute: 600, tokens-per-minute: 200000}
        nightly: {keys: [ci], routes: [default], usd-per-day: 2.5, assumed-output: 1000}
      """;

  private LimitKeys() {}

  private static ConfigurationKey key(String key, String type, String otherwise, String meaning) {
    return new ConfigurationKey("limits.*." + key, type, otherwise, meaning, EXAMPLE);
  }
}
