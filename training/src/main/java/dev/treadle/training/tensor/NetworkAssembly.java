package dev.treadle.training.tensor;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Puts a network together from a folder's weights and what is to be trained of it. */
final class NetworkAssembly {
  private final ModelShape shape;
  private final ModelTensors tensors;
  private final FrozenWeights base;
  private final NetworkOptions options;
  private final Parameters parameters;
  private final @Nullable AdapterConfiguration adapter;

  private NetworkAssembly(
      ModelShape shape,
      ModelTensors tensors,
      FrozenWeights base,
      NetworkOptions options,
      Parameters parameters,
      @Nullable AdapterConfiguration adapter) {
    this.shape = shape;
    this.tensors = tensors;
    this.base = base;
    this.options = options;
    this.parameters = parameters;
    this.adapter = adapter;
  }

  static Network assemble(ModelShape shape, Weights weights, Tuned tuned, NetworkOptions options) {
    ModelTensors tensors = ModelTensors.of(shape);
    tensors.check(weights);
    FrozenWeights base = new FrozenWeights(weights, options.arithmetic(), options.device());
    Parameters parameters =
        new Parameters(
            ParameterPlan.of(shape, tensors, tuned), options.arithmetic(), options.device());
    NetworkAssembly assembly =
        new NetworkAssembly(
            shape,
            tensors,
            base,
            options,
            parameters,
            tuned instanceof Tuned.LowRank it ? it.adapter() : null);
    assembly.begin();
    return assembly.build();
  }

  /** The parameters' first numbers: the base's, or an adapter's that changes nothing yet. */
  private void begin() {
    SplittableRandom random = new SplittableRandom(options.seed());
    for (Parameters.Slot it : parameters.slots().values()) {
      if (it.name().endsWith(ParameterPlan.LORA_A)) {
        parameters.spread(it.name(), 1 / Math.sqrt(it.shape().get(1)), random);
      } else if (!it.name().endsWith(ParameterPlan.LORA_B)) {
        try (Tensor target = parameters.master(it.name())) {
          base.copy(it.name(), target);
        }
      }
    }
    parameters.refresh();
  }

  private Network build() {
    String embedding = ModelTensors.EMBEDDING + ".weight";
    String head = shape.isTied() ? embedding : ModelTensors.HEAD + ".weight";
    Matrix table = plain(embedding);
    Matrix output = multiplied(head);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      blocks.add(block(i));
    }
    return new Network(
        new Network.Parts(
            shape,
            options.arithmetic(),
            table,
            blocks,
            new Head(
                norm("model.norm.weight"),
                output,
                head,
                options.arithmetic().master().type(),
                Math.max(1, options.chunk() / options.threads())),
            parameters,
            base,
            firstTrained(),
            options.recomputes(),
            new Workers(options.device() == Device.CPU ? options.threads() : 1),
            options.device()));
  }

  private int firstTrained() {
    if (parameters.has(ModelTensors.EMBEDDING + ".weight")) {
      return -1;
    }
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "model.layers." + i + ".";
      if (parameters.slots().keySet().stream().anyMatch(it -> it.startsWith(layer))) {
        return i;
      }
    }
    return shape.layers();
  }

  private Block block(int layer) {
    String name = "model.layers." + layer + ".";
    boolean normsHeads = shape.normsHeads();
    return new Block(
        shape,
        layer,
        new Block.Parts(
            norm(name + "input_layernorm.weight"),
            projection(layer, 0, "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
            normsHeads ? norm(name + "self_attn.q_norm.weight") : null,
            normsHeads ? norm(name + "self_attn.k_norm.weight") : null,
            projection(layer, 3, "self_attn.o_proj"),
            norm(name + "post_attention_layernorm.weight"),
            projection(layer, 4, "mlp.gate_proj", "mlp.up_proj"),
            projection(layer, 6, "mlp.down_proj")));
  }

  private Norm norm(String name) {
    return new Norm(name, plain(name), shape.normEpsilon(), options.arithmetic().master().type());
  }

  private Projection projection(int layer, int firstIndex, String... names) {
    List<Linear> modules = new ArrayList<>();
    for (String it : names) {
      String module = "model.layers." + layer + "." + it;
      List<Long> size = tensors.shapeOf(module + ".weight");
      boolean hasBias = tensors.tensors().containsKey(module + ".bias");
      modules.add(
          new Linear(
              module,
              firstIndex + modules.size(),
              size.get(1),
              size.getFirst(),
              matrix(module + ".weight"),
              hasBias ? Optional.of(plain(module + ".bias")) : Optional.empty(),
              lora(module)));
    }
    return new Projection(layer, modules, parameters);
  }

  private Linear.@Nullable Lora lora(String module) {
    if (adapter == null || !parameters.has(module + ParameterPlan.LORA_A)) {
      return null;
    }
    return new Linear.Lora(
        module + ParameterPlan.LORA_A,
        module + ParameterPlan.LORA_B,
        adapter.rank(module),
        adapter.scale(module));
  }

  private Matrix matrix(String name) {
    return options.isBytes() && !parameters.has(name) ? base.bytes(name) : multiplied(name);
  }

  private Matrix multiplied(String name) {
    return prepacks() && !parameters.has(name) ? base.prepacked(name) : plain(name);
  }

  private boolean prepacks() {
    return options.prepacks() && options.device() == Device.CPU && Prepacked.isThere();
  }

  private Matrix plain(String name) {
    return parameters.has(name)
        ? new Matrix.Trained(parameters, name)
        : new Matrix.Plain(base.tensor(name));
  }
}
