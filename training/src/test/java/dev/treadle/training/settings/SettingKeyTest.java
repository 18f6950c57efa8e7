package dev.treadle.training.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Golden;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SettingKeyTest {
  /** What stands in the table in words, as it cannot be written as a value. */
  private static final Set<String> IN_WORDS =
      Set.of(
          "lora.alpha",
          "lora.exclude_modules",
          "lora.layers_to_transform",
          "lora.layers_pattern",
          "training.learning_rate",
          "training.gradient_checkpointing",
          "training.prepack_weights",
          "training.max_train_samples",
          "training.max_eval_samples",
          "training.threads");

  static java.util.List<SettingKey> keys() {
    return SettingKey.ALL;
  }

  @ParameterizedTest
  @MethodSource("keys")
  void exampleIsRead(SettingKey key) {
    JsonNode value = TrainingSettingsTest.yaml(key.example());

    TrainingSettings read = TrainingSettings.read(tree(key.section(), key.name(), value));

    assertThat(read).isNotNull();
    assertThat(key.meaning()).endsWith(".");
    for (String synonym : key.synonyms()) {
      assertThat(TrainingSettings.read(tree(key.section(), synonym, value))).isEqualTo(read);
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void defaultIsWhatTheTableSays(SettingKey key) {
    if (!IN_WORDS.contains(key.path())) {
      JsonNode value = TrainingSettingsTest.yaml(key.otherwise());
      assertThat(TrainingSettings.read(tree(key.section(), key.name(), value)))
          .as(key.path())
          .isEqualTo(TrainingSettings.defaults());
    }
  }

  @Test
  void whatIsWrittenIsNamedInTheTable() {
    Set<String> known = new HashSet<>();
    SettingKey.ALL.forEach(it -> assertThat(known.add(it.path())).as(it.path()).isTrue());

    ObjectNode tree = TrainingSettings.defaults().toJson();
    for (String section : tree.propertyNames()) {
      for (String key : tree.path(section).propertyNames()) {
        assertThat(known).contains(section + "." + key);
      }
    }
  }

  @Test
  void pageIsWhatTheCodeSays() throws IOException {
    Golden.check("docs/training-settings.md", SettingsPage.text());
  }

  private static ObjectNode tree(String section, String name, JsonNode value) {
    ObjectNode tree = Json.object();
    tree.putObject(section).set(name, value);
    return tree;
  }
}
