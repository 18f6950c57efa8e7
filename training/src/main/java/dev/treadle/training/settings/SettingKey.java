package dev.treadle.training.settings;

import java.util.List;
import java.util.stream.Stream;

/**
 * A key of a training configuration.
 *
 * @param section {@code lora} or {@code training}
 * @param synonyms other names that mean the same
 * @param type what its value is, for people
 * @param otherwise what is meant where it is left out, as YAML or in words
 * @param meaning one sentence
 * @param example its value as YAML
 */
public record SettingKey(
    String section,
    String name,
    List<String> synonyms,
    String type,
    String otherwise,
    String meaning,
    String example) {
  /** What a configuration says of training stands in these. */
  static final List<String> SECTIONS = List.of("lora", "training");

  /** Every key there is. */
  public static final List<SettingKey> ALL =
      Stream.of(LoraKeys.ALL, TrainingKeys.ALL).flatMap(List::stream).toList();

  public SettingKey {
    synonyms = List.copyOf(synonyms);
  }

  /** As it is named in messages. */
  public String path() {
    return section + "." + name;
  }

  static List<SettingKey> of(String section) {
    return ALL.stream().filter(it -> it.section().equals(section)).toList();
  }
}
