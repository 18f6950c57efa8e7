package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.app.workspace.Configuration;
import dev.treadle.app.workspace.Variables;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.Secret;
import dev.treadle.gateway.collect.CollectSettings;
import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code treadle.yaml} says under {@code data_collection}. */
class CollectConfigurationTest {
  private static final String ROUTES =
      """
      upstreams:
        local: {url: "http://127.0.0.1:11434"}
      routes:
        qwen-max: {to: local/max}
        patterned: {to: local, models: ["tiny-*"]}
      """;

  private static CollectSettings read(String section) {
    return Configuration.parse(ROUTES + "data_collection: " + section, "treadle.yaml")
        .gateway()
        .collect();
  }

  @Test
  void nothingIsComparedWithoutAWord() {
    CollectSettings settings = Configuration.parse("", "treadle.yaml").gateway().collect();
    assertThat(settings).isEqualTo(CollectSettings.OFF);
    assertThat(settings.isTraining()).isFalse();
  }

  @Test
  void readsEveryKey() {
    CollectSettings settings =
        read(
            """

              enabled: true
              mode: "training"
              sampling_rate: 0.25
              storage_endpoint: "http://data-collector:8080/collect"
              training:
                candidate_models: ["qwen-max", local/small, tiny-1]
                evaluate_endpoint: "http://sem-router-train.higress.io/v1/evaluate"
                evaluate_timeout: 2500
                batch_size: 7
                flush_interval: 9
                concurrency: 2
                queue: 50
                timeout: 11s
                max_questions_per_day: 70
                max_cost_per_day: 0.5
            """);
    assertThat(settings)
        .isEqualTo(
            new CollectSettings(
                true,
                CollectSettings.Mode.TRAINING,
                0.25,
                Optional.of(URI.create("http://data-collector:8080/collect")),
                new CollectSettings.Training(
                    List.of("qwen-max", "local/small", "tiny-1"),
                    Optional.of(URI.create("http://sem-router-train.higress.io/v1/evaluate")),
                    Duration.ofMillis(2500),
                    7,
                    Duration.ofSeconds(9),
                    new CollectSettings.Limits(
                        2, 50, Duration.ofSeconds(11), 70, new BigDecimal("0.5")))));
    assertThat(settings.isTraining()).isTrue();
  }

  @Test
  void theKeyOfTheCollectorComesFromTheEnvironment() {
    GatewaySettings written =
        Configuration.parse(
                ROUTES + "data_collection: {storage_key: \"${COLLECTOR_KEY}\"}", "treadle.yaml")
            .gateway();
    assertThat(Variables.resolve(written, Map.of("COLLECTOR_KEY", "k1")).storageKey())
        .contains(new Secret("k1"));
    assertThat(written.toString()).doesNotContain("COLLECTOR_KEY");
    assertThatThrownBy(() -> Variables.resolve(written, Map.of()))
        .hasMessageContaining("data_collection.storage_key");
  }

  @Test
  void whatIsOffMayBeHalfWritten() {
    assertThat(read("{enabled: false, mode: training}").isTraining()).isFalse();
    assertThat(read("{enabled: true, mode: production}").isTraining()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {sampling_rate: 1.5}                                                        | data_collection.sampling_rate: expected a share from 0 to 1, found 1.5
          {sampling_rate: -0.1}                                                       | data_collection.sampling_rate: expected a share
          {sampling_rate: much}                                                       | data_collection.sampling_rate: expected a share
          {mode: trainig}                                                             | did you mean 'training'?
          {enabled: true, mode: training}                                             | candidate_models: expected two models at least
          {enabled: true, mode: training, training: {candidate_models: [qwen-max]}}   | candidate_models: expected two models at least
          {training: {candidate_models: [qwen-max, qwen-max]}}                        | expected every model once, found qwen-max twice
          {training: {candidate_models: [qwen-max, ""]}}                              | candidate_models: expected a route's name
          {enabled: true, mode: training, training: {candidate_models: [qwen-max, b]}} | names 'b', but no route answers for it
          {enabled: true, mode: training, training: {candidate_models: [qwen-max, x/b]}} | names 'x/b', but no route answers for it
          {storage_endpoint: data-collector}                                          | storage_endpoint: expected an address
          {storage_endpoint: "ftp://a/b"}                                             | storage_endpoint: expected an address
          {training: {evaluate_endpoint: "http://"}}                                  | evaluate_endpoint: expected an address
          {training: {evaluate_timeout: 0}}                                           | evaluate_timeout: expected a number from 1
          {training: {batch_size: 0}}                                                 | batch_size: expected a number from 1
          {training: {flush_interval: 1m}}                                            | flush_interval: expected a number from 1
          {training: {max_cost_per_day: -1}}                                          | max_cost_per_day: expected an amount
          {training: {candidates: [a, b]}}                                            | there is no key 'data_collection.training.candidates'
          """)
  void refusesWhatMakesNoSense(String section, String said) {
    assertThatThrownBy(() -> read(section))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining(said);
  }
}
