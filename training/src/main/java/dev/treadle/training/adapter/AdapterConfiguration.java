package dev.treadle.training.adapter;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a LoRA adapter is: {@code adapter_config.json}.
 *
 * @param rank the rank of its matrices, where no pattern says otherwise
 * @param alpha the strength, likewise
 * @param isRankStabilized whether the strength is divided by the rank's root (rsLoRA), not the rank
 * @param ranks by a pattern that the end of a module's name matches
 * @param alphas likewise
 * @param savedModules the modules that were trained whole
 * @param layers the only layers that are aimed at; empty: all
 * @param layerLists the names of the lists that layers are counted in; empty: any
 * @param baseModel where the base came from, as whoever made it said
 */
public record AdapterConfiguration(
    Optional<String> baseModel,
    int rank,
    double alpha,
    double dropout,
    boolean isRankStabilized,
    Targets targets,
    Optional<Targets> excluded,
    Map<String, Integer> ranks,
    Map<String, Double> alphas,
    Bias bias,
    List<String> savedModules,
    List<Integer> layers,
    List<String> layerLists) {
  /** Which biases were trained along. */
  public enum Bias {
    NONE("none"),
    ALL("all"),
    LORA_ONLY("lora_only");

    private final String wire;

    Bias(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }
  }

  public AdapterConfiguration {
    ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
    alphas = Collections.unmodifiableMap(new LinkedHashMap<>(alphas));
    savedModules = List.copyOf(savedModules);
    layers = List.copyOf(layers);
    layerLists = List.copyOf(layerLists);
  }

  /** As most adapters are: all layers, one rank, nothing trained whole. */
  public static AdapterConfiguration of(int rank, double alpha, Targets targets) {
    return new AdapterConfiguration(
        Optional.empty(),
        rank,
        alpha,
        0,
        false,
        targets,
        Optional.empty(),
        Map.of(),
        Map.of(),
        Bias.NONE,
        List.of(),
        List.of(),
        List.of());
  }

  /** Of a base that came from there. */
  public AdapterConfiguration of(String base) {
    return new AdapterConfiguration(
        Optional.of(base),
        rank,
        alpha,
        dropout,
        isRankStabilized,
        targets,
        excluded,
        ranks,
        alphas,
        bias,
        savedModules,
        layers,
        layerLists);
  }

  /**
   * Reads an adapter folder's {@code adapter_config.json}.
   *
   * @throws dev.treadle.transcript.TreadleException naming what is not supported, or what is wrong
   */
  public static AdapterConfiguration read(Path folder) {
    return AdapterConfigurationReader.read(folder.resolve(Adapter.CONFIGURATION));
  }

  /** Whether the adapter has matrices for a module. */
  public boolean aimsAt(String module, List<String> linear) {
    boolean isLeftOut =
        excluded.map(it -> it.matches(module, linear)).orElse(false) || isSavedWhole(module);
    if (isLeftOut || !targets.matches(module, linear)) {
      return false;
    }
    return layers.isEmpty()
        || !(targets instanceof Targets.Names names)
        || layerOf(module)
        || names.names().contains(module);
  }

  private boolean layerOf(String module) {
    List<String> lists = layerLists.isEmpty() ? List.of("[^.]*") : layerLists;
    for (String it : lists) {
      Matcher matcher =
          Pattern.compile("(?:^|.*?\\.)(?:" + it + ")\\.(\\d{1,9})\\..*").matcher(module);
      if (matcher.matches()) {
        return layers.contains(Integer.valueOf(matcher.group(1)));
      }
    }
    return false;
  }

  /** Whether a module was trained whole. */
  public boolean isSavedWhole(String module) {
    for (String it : savedModules) {
      if (module.equals(it)
          || module.endsWith("." + it)
          || module.startsWith(it + ".")
          || module.contains("." + it + ".")) {
        return true;
      }
    }
    return false;
  }

  public int rank(String module) {
    return patterned(ranks, module).orElse(rank);
  }

  /** What the product of a module's matrices is multiplied by. */
  public double scale(String module) {
    double strength = patterned(alphas, module).orElse(alpha);
    int of = rank(module);
    return strength / (isRankStabilized ? Math.sqrt(of) : of);
  }

  private static <V> Optional<V> patterned(Map<String, V> patterns, String module) {
    for (Map.Entry<String, V> it : patterns.entrySet()) {
      if (BoundedText.matches("(?:.*\\.)?(?:" + it.getKey() + ")", module)) {
        return Optional.of(it.getValue());
      }
    }
    return Optional.empty();
  }
}
