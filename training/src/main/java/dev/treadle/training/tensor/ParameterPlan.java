package dev.treadle.training.tensor;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import java.util.ArrayList;
import java.util.List;

/** Which arrays are trained, and in which order they lie. */
public final class ParameterPlan {
  public static final String LORA_A = ".lora_A";
  public static final String LORA_B = ".lora_B";

  private ParameterPlan() {}

  /** The arrays in the order in which their first numbers are drawn. */
  public static List<Parameters.Wanted> of(ModelShape shape, ModelTensors tensors, Tuned tuned) {
    return switch (tuned) {
      case Tuned.Nothing _ -> List.of();
      case Tuned.LowRank it -> lowRank(tensors, it.adapter());
      case Tuned.Everything _ -> everything(shape, tensors);
    };
  }

  /** Weight decay spares norms and biases, as is usual. */
  private static List<Parameters.Wanted> everything(ModelShape shape, ModelTensors tensors) {
    List<Parameters.Wanted> wanted = new ArrayList<>();
    tensors
        .tensors()
        .forEach(
            (name, size) -> {
              if (!(shape.isTied() && name.equals(ModelTensors.HEAD + ".weight"))) {
                wanted.add(new Parameters.Wanted(name, size, size.size() > 1));
              }
            });
    return wanted;
  }

  /** The matrices A of modules that share an input follow each other, so that they act as one. */
  private static List<Parameters.Wanted> lowRank(
      ModelTensors tensors, AdapterConfiguration adapter) {
    refuse(tensors, adapter);
    List<String> aimed =
        tensors.linear().stream().filter(it -> adapter.aimsAt(it, tensors.linear())).toList();
    if (aimed.isEmpty()) {
      throw TrainingError.ADAPTER_UNMATCHED.because(
          "the adapter's targets match no linear module of the model: a layer has "
              + String.join(", ", tensors.linear().subList(0, 7)));
    }
    List<Parameters.Wanted> wanted = new ArrayList<>();
    int from = 0;
    while (from < aimed.size()) {
      int to = from + 1;
      while (to < aimed.size() && inputOf(aimed.get(from)).equals(inputOf(aimed.get(to)))) {
        to++;
      }
      for (String it : aimed.subList(from, to)) {
        long in = tensors.shapeOf(it + ".weight").get(1);
        wanted.add(new Parameters.Wanted(it + LORA_A, List.of((long) adapter.rank(it), in), true));
      }
      for (String it : aimed.subList(from, to)) {
        long out = tensors.shapeOf(it + ".weight").getFirst();
        wanted.add(new Parameters.Wanted(it + LORA_B, List.of(out, (long) adapter.rank(it)), true));
      }
      from = to;
    }
    biases(tensors, adapter, aimed, wanted);
    return wanted;
  }

  private static void biases(
      ModelTensors tensors,
      AdapterConfiguration adapter,
      List<String> aimed,
      List<Parameters.Wanted> wanted) {
    for (String it : tensors.linear()) {
      boolean isTrained =
          switch (adapter.bias()) {
            case NONE -> false;
            case ALL -> true;
            case LORA_ONLY -> aimed.contains(it);
          };
      List<Long> size = tensors.tensors().get(it + ".bias");
      if (isTrained && size != null) {
        wanted.add(new Parameters.Wanted(it + ".bias", size, false));
      }
    }
  }

  private static void refuse(ModelTensors tensors, AdapterConfiguration adapter) {
    for (String it : List.of(ModelTensors.EMBEDDING, ModelTensors.HEAD)) {
      if (adapter.aimsAt(it, tensors.linear())) {
        throw TrainingError.ADAPTER_UNSUPPORTED.because(
            "training an adapter of " + it + " is not supported: leave it out of the targets");
      }
    }
    if (!adapter.savedModules().isEmpty()) {
      throw TrainingError.ADAPTER_UNSUPPORTED.because(
          "training modules whole beside an adapter is not supported: leave out modules_to_save "
              + adapter.savedModules());
    }
  }

  private static String inputOf(String module) {
    return module
        .replaceFirst("\\.[qkv]_proj$", ".qkv")
        .replaceFirst("\\.(gate|up)_proj$", ".gate_up");
  }
}
