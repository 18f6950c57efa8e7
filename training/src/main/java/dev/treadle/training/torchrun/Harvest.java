package dev.treadle.training.torchrun;

import dev.treadle.training.NewFolder;
import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.model.CompanionFiles;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tensor.ParameterPlan;
import dev.treadle.training.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Takes what a checkpoint made to where the result belongs, after it was looked at: programs that
 * part weights over processes have saved empty or partial adapters without a word.
 *
 * @param base the model's folder
 * @param tensors of the model
 * @param wanted what was to be trained
 * @param isAdapter whether that is an adapter
 */
record Harvest(Path base, ModelTensors tensors, List<Parameters.Wanted> wanted, boolean isAdapter) {
  private static final List<String> ADAPTER =
      List.of("adapter_config.json", "adapter_model.safetensors");

  /**
   * Checks a checkpoint and copies what it made.
   *
   * @param mayBeUnmoved whether all steps so far went nowhere, as a warm-up's first does
   */
  void bring(Path checkpoint, Path target, boolean mayBeUnmoved) {
    if (isAdapter) {
      checkAdapter(checkpoint, mayBeUnmoved);
    } else {
      checkModel(checkpoint);
    }
    try (NewFolder writing = NewFolder.begin(target)) {
      for (Path it : files(checkpoint)) {
        Files.copy(it, writing.path().resolve(it.getFileName().toString()));
      }
      if (!isAdapter) {
        CompanionFiles.copy(base, writing, Optional.of(Dtype.F32));
      }
      writing.finish();
    } catch (IOException e) {
      throw TrainingError.writing(target, e);
    }
  }

  private List<Path> files(Path checkpoint) throws IOException {
    if (isAdapter) {
      return ADAPTER.stream().map(checkpoint::resolve).toList();
    }
    try (Stream<Path> entries = Files.list(checkpoint)) {
      return entries
          .filter(
              it ->
                  it.getFileName()
                      .toString()
                      .matches("model(-\\d{5}-of-\\d{5})?\\.safetensors(\\.index\\.json)?"))
          .sorted()
          .toList();
    }
  }

  private void checkAdapter(Path checkpoint, boolean mayBeUnmoved) {
    boolean isMoved = false;
    try (Adapter adapter = Adapter.open(checkpoint)) {
      Map<String, List<Long>> found = new TreeMap<>();
      for (Map.Entry<String, Adapter.Pair> it : adapter.pairs().entrySet()) {
        Adapter.Pair pair = it.getValue();
        found.put(it.getKey() + ParameterPlan.LORA_A, pair.a().tensor().shape());
        found.put(it.getKey() + ParameterPlan.LORA_B, pair.b().tensor().shape());
        TensorScan.isMoved(adapter.file(), pair.a());
        isMoved |= TensorScan.isMoved(adapter.file(), pair.b());
      }
      adapter.whole().forEach((name, entry) -> found.put(name, entry.tensor().shape()));
      for (Parameters.Wanted it : wanted) {
        List<Long> shape = found.get(it.name());
        if (!it.shape().equals(shape)) {
          throw TrainingError.ADAPTER_INVALID.because(
              adapter.file().file()
                  + (shape == null
                      ? " has no " + it.name()
                      : " has " + it.name() + " as " + shape + ", not " + it.shape())
                  + ": the processes' parts were not gathered");
        }
      }
      if (!isMoved && !mayBeUnmoved) {
        throw TrainingError.ADAPTER_INVALID.because(
            adapter.file().file() + " changes nothing: all its matrices B are zero");
      }
    }
  }

  private void checkModel(Path checkpoint) {
    try (Weights weights = Weights.open(checkpoint)) {
      tensors.check(weights);
      weights.tensors().values().forEach(it -> TensorScan.isMoved(it.shard(), it.entry()));
    }
  }
}
