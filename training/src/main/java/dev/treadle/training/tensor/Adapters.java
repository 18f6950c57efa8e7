package dev.treadle.training.tensor;

import dev.treadle.training.NewFolder;
import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.AdapterWriter;
import dev.treadle.training.safetensors.SafetensorsHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Moves an adapter's matrices between its folder and a network. */
public final class Adapters {
  private Adapters() {}

  /**
   * Sets a network's adapter to what a folder holds.
   *
   * @throws dev.treadle.transcript.TreadleException if the folder's is another one than the
   *     network's
   */
  public static void load(Adapter adapter, Parameters parameters) {
    int set = 0;
    for (Map.Entry<String, Adapter.Pair> it : adapter.pairs().entrySet()) {
      set(adapter, it.getValue().a(), it.getKey() + ParameterPlan.LORA_A, parameters);
      set(adapter, it.getValue().b(), it.getKey() + ParameterPlan.LORA_B, parameters);
      set += 2;
    }
    for (Map.Entry<String, SafetensorsHeader.Entry> it : adapter.whole().entrySet()) {
      if (parameters.has(it.getKey())) {
        set(adapter, it.getValue(), it.getKey(), parameters);
        set++;
      }
    }
    if (set != parameters.slots().size()) {
      throw TrainingError.ADAPTER_INVALID.because(
          adapter.file().file()
              + " has "
              + set
              + " of the "
              + parameters.slots().size()
              + " arrays that are trained");
    }
    parameters.refresh();
  }

  private static void set(
      Adapter adapter, SafetensorsHeader.Entry entry, String name, Parameters parameters) {
    Parameters.Slot slot = parameters.slots().get(name);
    if (slot == null || !slot.shape().equals(entry.tensor().shape())) {
      throw TrainingError.ADAPTER_INVALID.because(
          adapter.file().file() + " holds " + entry.tensor() + ", which this run does not train");
    }
    try (MappedTensor mapped = MappedTensor.of(adapter.file(), entry);
        Tensor target = parameters.master(name)) {
      target.copy_(mapped.tensor());
    }
  }

  /** Writes a network's adapter as PEFT would, into a folder that has begun. */
  public static void write(
      NewFolder folder, AdapterConfiguration configuration, Parameters parameters) {
    List<AdapterWriter.Matrices> modules = new ArrayList<>();
    List<AdapterWriter.Whole> whole = new ArrayList<>();
    for (Parameters.Slot it : parameters.slots().values()) {
      if (it.name().endsWith(ParameterPlan.LORA_A)) {
        String module = it.name().substring(0, it.name().length() - ParameterPlan.LORA_A.length());
        Parameters.Slot b = parameters.slot(module + ParameterPlan.LORA_B);
        modules.add(
            new AdapterWriter.Matrices(
                module,
                Math.toIntExact(it.shape().get(1)),
                Math.toIntExact(b.shape().getFirst()),
                parameters.read(it.name()),
                parameters.read(b.name())));
      } else if (!it.name().endsWith(ParameterPlan.LORA_B)) {
        whole.add(new AdapterWriter.Whole(it.name(), parameters.read(it.name())));
      }
    }
    AdapterWriter.write(folder, configuration, modules, whole);
  }
}
