package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an adapter does to each tensor of its base. Everything in the adapter has a place, and
 * everything that its configuration aims at is in it.
 *
 * @param changes by the tensor's name; what is not here stays as it is
 */
record MergePlan(Map<String, Change> changes) {
  /**
   * What happens to one tensor.
   *
   * @param whole the tensor that takes its place
   * @param pair the matrices whose product is added then
   */
  record Change(
      String module, Optional<SafetensorsHeader.Entry> whole, Optional<Adapter.Pair> pair) {}

  static MergePlan of(ModelTensors model, Weights base, Adapter adapter) {
    Map<String, Change> changes = new LinkedHashMap<>();
    adapter
        .whole()
        .forEach(
            (name, entry) -> {
              checkWhole(adapter, base, name, entry);
              changes.put(name, new Change(module(name), Optional.of(entry), Optional.empty()));
            });
    adapter
        .pairs()
        .forEach(
            (module, pair) -> {
              checkPair(model, base, adapter, module, pair);
              String name = module + ".weight";
              Optional<SafetensorsHeader.Entry> whole =
                  Optional.ofNullable(changes.get(name)).flatMap(Change::whole);
              changes.put(name, new Change(module, whole, Optional.of(pair)));
            });
    checkComplete(model, adapter);
    return new MergePlan(changes);
  }

  private static String module(String tensor) {
    return tensor.substring(0, Math.max(0, tensor.lastIndexOf('.')));
  }

  private static void checkWhole(
      Adapter adapter, Weights base, String name, SafetensorsHeader.Entry entry) {
    AdapterConfiguration configuration = adapter.configuration();
    boolean isExpected =
        configuration.isSavedWhole(module(name))
            || (name.endsWith(".bias") && configuration.bias() != AdapterConfiguration.Bias.NONE)
            || entry.tensor().name().contains(".base_layer.")
            || name.equals(ModelTensors.EMBEDDING + ".weight")
            || name.equals(ModelTensors.HEAD + ".weight");
    Weights.Tensor there = base.tensors().get(name);
    if (!isExpected || there == null) {
      throw TrainingError.ADAPTER_UNMATCHED.because(
          adapter.file().file()
              + " holds "
              + entry.tensor().name()
              + ", which "
              + (there == null
                  ? base.folder() + " does not have"
                  : "its configuration does not explain"));
    }
    if (!there.shape().shape().equals(entry.tensor().shape())) {
      throw TrainingError.ADAPTER_UNMATCHED.because(
          adapter.file().file()
              + " has "
              + name
              + " with the shape "
              + entry.tensor().shape()
              + ", and the base has "
              + there.shape().shape()
              + ": the vocabulary was resized, or it is another model's adapter");
    }
  }

  private static void checkPair(
      ModelTensors model, Weights base, Adapter adapter, String module, Adapter.Pair pair) {
    Weights.Tensor there = base.tensors().get(module + ".weight");
    if (there == null || !model.modules().contains(module)) {
      throw TrainingError.ADAPTER_UNMATCHED.because(
          adapter.file().file()
              + " aims at "
              + module
              + ", which "
              + base.folder()
              + (module.equals(ModelTensors.HEAD) && model.modules().contains(module)
                  ? " shares with the embedding (tie_word_embeddings)"
                  : " does not have"));
    }
    if (!adapter.configuration().aimsAt(module, model.linear())) {
      throw TrainingError.ADAPTER_UNMATCHED.because(
          adapter.file().file()
              + " has matrices for "
              + module
              + ", which adapter_config.json does not aim at");
    }
    long in = pair.a().tensor().columns();
    long out = pair.b().tensor().rows();
    List<Long> product = pair.isEmbedding() ? List.of(in, out) : List.of(out, in);
    if (!product.equals(there.shape().shape())
        || pair.isEmbedding() != module.equals(ModelTensors.EMBEDDING)) {
      throw TrainingError.ADAPTER_UNMATCHED.because(
          adapter.file().file()
              + " changes "
              + module
              + " by a matrix of the shape "
              + product
              + ", and the base has "
              + there.shape().shape()
              + ": it is another model's adapter");
    }
    checkDtype(there.shape());
  }

  private static void checkDtype(TensorShape tensor) {
    if (!tensor.dtype().isComputed()) {
      throw TrainingError.DTYPE_UNSUPPORTED.because(
          "the base's "
              + tensor.name()
              + " is "
              + tensor.dtype()
              + ", which is not computed with (BF16, F16 and F32 are)");
    }
  }

  /** A program that did not gather its parts writes an adapter with holes. */
  private static void checkComplete(ModelTensors model, Adapter adapter) {
    for (String module : model.modules()) {
      if (adapter.configuration().aimsAt(module, model.linear())
          && !adapter.pairs().containsKey(module)) {
        throw TrainingError.ADAPTER_UNMATCHED.because(
            adapter.file().file()
                + " has no matrices for "
                + module
                + ", which adapter_config.json aims at: the adapter is not complete");
      }
    }
  }
}
