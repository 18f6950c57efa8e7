package dev.treadle.app.workspace;

import dev.treadle.curation.Recipe;
import dev.treadle.curation.Splits;
import dev.treadle.gateway.GatewayError;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.measure.text.Spelling;
import dev.treadle.store.Stream;
import dev.treadle.store.redaction.Family;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What {@code treadle.yaml} says, checked. The keys are those of {@link ConfigurationKey#ALL}.
 *
 * @param claudeCode where sessions are, as written
 * @param retention in whole days; a stream that is not in it is kept for ever
 */
public record Configuration(
    String lake,
    Optional<String> subject,
    List<String> claudeCode,
    Set<Family> redactionOff,
    Recipe recipe,
    Splits splits,
    Map<Stream, Duration> retention,
    GatewaySettings gateway,
    WheelSettings wheel) {

  private static final List<String> CLAUDE_CODE = List.of("~/.claude/projects");
  private static final double SHARE = 0.05;
  private static final int MOST_DAYS = 36_500;

  public Configuration {
    retention = Map.copyOf(retention);
  }

  /**
   * Reads the configuration.
   *
   * @param name what to call the file in a message
   * @throws dev.treadle.transcript.TreadleException that names the key, and the nearest known one
   *     if it is unknown
   */
  public static Configuration parse(String yaml, String name) {
    JsonNode root;
    try {
      root = yaml.isBlank() ? Json.object() : new YAMLMapper().readTree(yaml);
    } catch (JacksonException e) {
      throw AppError.CONFIGURATION_INVALID.because(
          name + " is not YAML: " + said(e) + " (line " + e.getLocation().getLineNr() + ")", e);
    }
    if (root.isNull() || root.isMissingNode()) {
      root = Json.object();
    }
    if (!root.isObject()) {
      throw AppError.CONFIGURATION_INVALID.because(name + ": expected keys and values");
    }
    Reader reader = new Reader(name, root);
    reader.refuseUnknownKeys(List.of(), root);
    return new Configuration(
        reader.text("lake").orElse("lake"),
        reader.text("subject"),
        reader.texts("sources.claude-code").orElse(CLAUDE_CODE),
        reader.families("redaction.off"),
        reader.recipe("recipe"),
        reader.splits(),
        reader.retention(),
        gateway(name, root),
        new WheelReader(reader.nodes()).settings());
  }

  private static GatewaySettings gateway(String name, JsonNode root) {
    try {
      Nodes nodes = new Nodes(name, "", root);
      CollectReader collect = new CollectReader(nodes);
      return new GatewayReader(nodes)
          .settings()
          .withCollect(collect.settings(), collect.storageKey())
          .withEvaluate(new EvaluateReader(nodes).settings())
          .withLimits(new LimitReader(nodes).settings());
    } catch (TreadleException e) {
      throw e.code() == GatewayError.SETTINGS_INVALID
          ? AppError.CONFIGURATION_INVALID.because(name + ": " + e.getMessage(), e)
          : e;
    }
  }

  /** The parser's words without its drawing of the place, which takes several lines. */
  static String said(JacksonException e) {
    return String.valueOf(e.getOriginalMessage())
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .collect(Collectors.joining(": "));
  }

  private record Reader(String name, JsonNode root) {
    private void refuseUnknownKeys(List<String> above, JsonNode node) {
      for (String key : node.propertyNames()) {
        List<String> names = new ArrayList<>(above);
        names.add(key);
        if (ConfigurationKey.ALL.stream().anyMatch(it -> it.is(names))) {
          continue;
        }
        JsonNode value = node.path(key);
        String path = String.join(".", names);
        if (ConfigurationKey.ALL.stream().anyMatch(it -> it.isBelow(names))) {
          if (!value.isObject() && !value.isNull()) {
            throw wrong(path, "keys below it", value);
          }
          refuseUnknownKeys(names, value);
          continue;
        }
        List<String> known = ConfigurationKey.ALL.stream().map(ConfigurationKey::path).toList();
        throw AppError.CONFIGURATION_INVALID.because(
            name
                + ": there is no key '"
                + path
                + "'"
                + Spelling.nearest(path, known)
                    .map(near -> ": did you mean '" + near + "'?")
                    .orElse(": there are " + String.join(", ", known)));
      }
    }

    private Nodes nodes() {
      return new Nodes(name, "", root);
    }

    private JsonNode at(String path) {
      return nodes().at(path).orElseGet(MissingNode::getInstance);
    }

    private Optional<String> text(String path) {
      return nodes().text(path);
    }

    private Optional<List<String>> texts(String path) {
      return nodes().at(path).map(_ -> nodes().texts(path));
    }

    private Set<Family> families(String path) {
      Set<Family> families = EnumSet.noneOf(Family.class);
      Map<String, Family> known = new LinkedHashMap<>();
      for (Family family : Family.values()) {
        known.put(family.label(), family);
      }
      for (String given : texts(path).orElse(List.of())) {
        if (given.equals("all")) {
          return EnumSet.allOf(Family.class);
        }
        Family family = known.get(given.toLowerCase(Locale.ROOT).replace('-', '_'));
        if (family == null) {
          throw AppError.CONFIGURATION_INVALID.because(
              name
                  + ": "
                  + path
                  + ": there is no family '"
                  + given
                  + "'"
                  + Spelling.nearest(given, known.keySet())
                      .map(near -> ": did you mean '" + near + "'?")
                      .orElse(": there are " + String.join(", ", known.keySet())));
        }
        families.add(family);
      }
      return families;
    }

    private Recipe recipe(String path) {
      JsonNode value = at(path);
      return value.isMissingNode() || value.isNull() ? Recipe.standard() : Recipe.parse(value);
    }

    private Splits splits() {
      double val = share("split.val");
      double test = share("split.test");
      if (val + test >= 1) {
        throw AppError.CONFIGURATION_INVALID.because(
            name + ": split.val and split.test leave nothing for train: " + val + " and " + test);
      }
      return new Splits(val, test);
    }

    private Map<Stream, Duration> retention() {
      Map<Stream, Duration> retention = new EnumMap<>(Stream.class);
      for (Stream stream : Stream.values()) {
        String path = "retention." + stream.folder();
        JsonNode value = at(path);
        if (value.isMissingNode() || value.isNull() || value.asString("").equals("forever")) {
          continue;
        }
        if (!value.isIntegralNumber()
            || !value.canConvertToInt()
            || value.intValue() < 1
            || value.intValue() > MOST_DAYS) {
          throw wrong(path, "a number of days from 1 to " + MOST_DAYS + ", or forever", value);
        }
        retention.put(stream, Duration.ofDays(value.intValue()));
      }
      return retention;
    }

    private double share(String path) {
      JsonNode value = at(path);
      if (value.isMissingNode() || value.isNull()) {
        return SHARE;
      }
      if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() >= 1) {
        throw wrong(path, "a share from 0 to 1", value);
      }
      return value.doubleValue();
    }

    private RuntimeException wrong(String path, String expected, JsonNode found) {
      return nodes().wrong(path, expected, found);
    }
  }
}
