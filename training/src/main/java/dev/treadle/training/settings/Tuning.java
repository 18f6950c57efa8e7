package dev.treadle.training.settings;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;

/** Which of a model's weights are trained. */
public sealed interface Tuning {
  /** Two small matrices beside each module that is aimed at; the model itself stays as it is. */
  record Lora(AdapterConfiguration adapter) implements Tuning {
    /** What an adapter is like where nothing is said: twice the rank as alpha, all layers. */
    public static final Lora DEFAULT =
        new Lora(AdapterConfiguration.of(16, 32, new Targets.AllLinear()));

    private static final int MOST_RANK = 65_536;

    public Lora {
      Limits.whole("lora.r", adapter.rank(), 1, MOST_RANK);
      Limits.above("lora.alpha", adapter.alpha(), 0);
      Limits.share("lora.dropout", adapter.dropout());
      adapter.ranks().values().forEach(it -> Limits.whole("lora.rank_pattern", it, 1, MOST_RANK));
      adapter.alphas().values().forEach(it -> Limits.above("lora.alpha_pattern", it, 0));
      adapter.layers().forEach(it -> Limits.whole("lora.layers_to_transform", it, 0, 9_999));
      if (adapter.targets() instanceof Targets.Names it && it.names().isEmpty()) {
        throw Limits.wrong("lora.target_modules", "empty", "names of modules, or all-linear");
      }
      if (!adapter.savedModules().isEmpty()) {
        throw Limits.wrong(
            "lora.modules_to_save",
            adapter.savedModules().toString(),
            "left out: modules are not trained whole beside an adapter");
      }
    }
  }

  /** All of them. */
  record Full() implements Tuning {}
}
