package dev.treadle.training.settings;

import dev.treadle.measure.text.Spelling;
import dev.treadle.training.TrainingError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A section of a training configuration, whose values are read by key. Numbers may be texts: YAML
 * takes {@code 1e-3} for one.
 */
final class Section {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,20}\\.?\\d{0,20}|\\.\\d{1,20})([eE][+-]?\\d{1,3})?");

  private final String name;
  private final Map<String, JsonNode> values = new LinkedHashMap<>();

  private Section(String name) {
    this.name = name;
  }

  /** Refuses keys that are unknown, or said twice by two names. */
  static Section of(String name, JsonNode tree) {
    JsonNode node = tree.path(name);
    if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
      throw Limits.wrong(name, node, "keys with values below it");
    }
    Section section = new Section(name);
    for (Map.Entry<String, JsonNode> it : node.properties()) {
      section.take(it.getKey(), it.getValue());
    }
    return section;
  }

  private void take(String key, JsonNode value) {
    for (SettingKey it : SettingKey.of(name)) {
      if (it.name().equals(key) || it.synonyms().contains(key)) {
        if (!value.isNull() && values.put(it.name(), value) != null) {
          throw TrainingError.SETTINGS_INVALID.because(
              it.path()
                  + " is there twice, as "
                  + it.name()
                  + " and as "
                  + String.join(" or ", it.synonyms())
                  + ": leave one out");
        }
        return;
      }
    }
    if (!FixedKeys.isOne(name, key, value)) {
      throw TrainingError.SETTINGS_INVALID.because(
          "there is no key '" + name + "." + key + "'" + nearest(key));
    }
  }

  /** The section's own keys come first: one of the other section is a sign of a wrong place. */
  private String nearest(String key) {
    List<String> own = new ArrayList<>();
    SettingKey.of(name).forEach(it -> own.add(it.name()));
    for (SettingKey it : SettingKey.ALL) {
      if (!it.section().equals(name) && it.name().equals(key)) {
        return ": did you mean '" + it.path() + "'?";
      }
    }
    return Spelling.nearest(key, own)
        .map(near -> ": did you mean '" + name + "." + near + "'?")
        .orElse(": there are " + String.join(", ", own));
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  Optional<JsonNode> at(String key) {
    return Optional.ofNullable(values.get(key));
  }

  boolean truth(String key, boolean otherwise) {
    return truth(key).orElse(otherwise);
  }

  Optional<Boolean> truth(String key) {
    Optional<JsonNode> found = at(key);
    found
        .filter(it -> !it.isBoolean())
        .ifPresent(
            it -> {
              throw wrong(key, it, "true or false");
            });
    return found.map(JsonNode::booleanValue);
  }

  double number(String key, double otherwise) {
    return at(key).map(it -> number(key, it)).orElse(otherwise);
  }

  double number(String key, JsonNode value) {
    String text = value.isNumber() || value.isString() ? value.asString("").strip() : "";
    if (!NUMBER.matcher(text).matches()) {
      throw wrong(key, value, "a number, such as 3, 0.05 or 1e-4");
    }
    return Double.parseDouble(text);
  }

  int whole(String key, int otherwise) {
    return at(key).map(it -> whole(key, it)).orElse(otherwise);
  }

  Optional<Integer> whole(String key) {
    return at(key).map(it -> whole(key, it));
  }

  int whole(String key, JsonNode value) {
    long whole = wide(key, value);
    if (whole != (int) whole) {
      throw wrong(key, value, "a whole number below " + Integer.MAX_VALUE);
    }
    return (int) whole;
  }

  long wide(String key, long otherwise) {
    return at(key).map(it -> wide(key, it)).orElse(otherwise);
  }

  private long wide(String key, JsonNode value) {
    double number = number(key, value);
    if (number != Math.rint(number) || Math.abs(number) > 1L << 53) {
      throw wrong(key, value, "a whole number");
    }
    return (long) number;
  }

  /** One of a few words, in any case. */
  String word(String key, String otherwise, List<String> known) {
    Optional<JsonNode> found = at(key);
    String word = found.map(it -> it.asString("")).orElse(otherwise).toLowerCase(Locale.ROOT);
    if (!known.contains(word)) {
      throw wrong(key, found.orElseThrow(), String.join(" or ", known));
    }
    return word;
  }

  /** The constant whose name is the word. */
  <E extends Enum<E>> E choice(String key, E otherwise, List<E> known) {
    List<String> words = known.stream().map(Section::word).toList();
    return known.get(words.indexOf(word(key, word(otherwise), words)));
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A list of texts, or one alone. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode it : entries(key)) {
      if (!it.isString() || it.stringValue().isBlank()) {
        throw wrong(key, it, "a list of names");
      }
      texts.add(it.stringValue().strip());
    }
    return texts;
  }

  /** The entries of a list, or the one value alone. */
  List<JsonNode> entries(String key) {
    return at(key)
        .map(it -> it.isArray() ? List.copyOf(it.values()) : List.of(it))
        .orElse(List.of());
  }

  /** Values by name. */
  Map<String, JsonNode> named(String key) {
    Map<String, JsonNode> named = new LinkedHashMap<>();
    Optional<JsonNode> found = at(key);
    if (found.isPresent() && !found.get().isObject()) {
      throw wrong(key, found.get(), "names with numbers below it");
    }
    found.ifPresent(
        it -> it.properties().forEach(entry -> named.put(entry.getKey(), entry.getValue())));
    return named;
  }

  RuntimeException wrong(String key, JsonNode value, String expected) {
    return Limits.wrong(name + "." + key, value, expected);
  }
}
