package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.mm;
import static org.bytedeco.pytorch.global.torch.mul;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The linear modules of a layer that share an input, such as query, key and value. */
final class Projection {
  private final int layer;
  private final List<Linear> modules;
  private final Parameters parameters;
  private final List<Linear> tuned;
  private final List<String> aNames;
  private final long ranks;

  Projection(int layer, List<Linear> modules, Parameters parameters) {
    this.layer = layer;
    this.modules = List.copyOf(modules);
    this.parameters = parameters;
    tuned = modules.stream().filter(it -> it.lora() != null).toList();
    aNames = tuned.stream().map(it -> lora(it).a()).toList();
    ranks = tuned.stream().mapToLong(it -> lora(it).rank()).sum();
  }

  private static Linear.Lora lora(Linear module) {
    Linear.Lora lora = module.lora();
    if (lora == null) {
      throw new IllegalStateException(module.module() + " has no adapter");
    }
    return lora;
  }

  /** What a forward pass leaves for the way back. */
  static final class Trace {
    @Nullable Tensor low;
    final List<Tensor> masks = new ArrayList<>();

    void free() {
      if (low != null) {
        Tensors.free(low);
        low = null;
      }
      masks.forEach(Tensors::free);
      masks.clear();
    }
  }

  /**
   * The outputs of all modules.
   *
   * @param sum what the only module's output is added to, if not null
   * @param trace filled if not null
   */
  List<Tensor> forward(Tensor input, @Nullable Tensor sum, Dropout dropout, @Nullable Trace trace) {
    List<Tensor> outputs = new ArrayList<>();
    for (Linear it : modules) {
      Tensor bias = it.bias().map(Matrix::tensor).orElse(null);
      outputs.add(
          input.size(0) == 1
              ? single(it.weight(), input, bias, sum)
              : it.weight().forward(input, bias, sum));
    }
    if (!tuned.isEmpty()) {
      adapt(input, dropout, trace, outputs);
    }
    return outputs;
  }

  private static Tensor single(
      Matrix weight, Tensor input, @Nullable Tensor bias, @Nullable Tensor sum) {
    Tensor output = Tensors.through(input, weight.tensor());
    if (bias != null) {
      output.add_(bias);
    }
    return sum == null ? output : output.add_(sum);
  }

  private void adapt(Tensor input, Dropout dropout, @Nullable Trace trace, List<Tensor> outputs) {
    Tensor low;
    if (dropout.isNone()) {
      low = mm(input, parameters.values(aNames).t());
    } else {
      low = Tensors.like(input, input.size(0), ranks);
      long at = 0;
      for (Linear it : tuned) {
        Tensor mask = dropout.mask(layer, it.index(), input);
        Linear.Lora lora = lora(it);
        try (Tensor dropped = mul(input, mask)) {
          Tensors.product(low.narrow(1, at, lora.rank()), dropped, parameters.value(lora.a()).t());
        }
        at += lora.rank();
        if (trace != null) {
          trace.masks.add(Tensors.keep(mask));
        }
      }
    }
    long at = 0;
    for (int i = 0; i < modules.size(); i++) {
      Linear.Lora lora = modules.get(i).lora();
      if (lora != null) {
        Tensors.addProduct(
            outputs.get(i),
            low.narrow(1, at, lora.rank()),
            parameters.value(lora.b()).t(),
            lora.scale());
        at += lora.rank();
      }
    }
    if (trace != null) {
      trace.low = Tensors.keep(low);
    }
  }

  /**
   * Adds to the gradients of what is trained.
   *
   * @param input as it was on the way forward
   * @param slopes the loss's gradient by each output
   * @param wantsInput whether the gradient by the input is asked for
   * @return that gradient, or null
   */
  @Nullable Tensor backward(
      Tensor input, List<Tensor> slopes, Trace trace, Gradients gradients, boolean wantsInput) {
    Tensor back = null;
    for (int i = 0; i < modules.size(); i++) {
      Linear it = modules.get(i);
      Tensor slope = slopes.get(i);
      if (gradients.has(it.weightName())) {
        Tensors.addProduct(gradients.of(it.weightName()), slope.t(), input, 1);
      }
      if (gradients.has(it.biasName())) {
        gradients.of(it.biasName()).add_(Tensors.sumOf(slope, 0, false));
      }
      if (wantsInput) {
        back = it.weight().backward(slope, back);
      }
    }
    if (!tuned.isEmpty()) {
      adaptBack(input, slopes, trace, gradients, back);
    }
    return back;
  }

  private void adaptBack(
      Tensor input, List<Tensor> slopes, Trace trace, Gradients gradients, @Nullable Tensor back) {
    Tensor low = trace.low;
    if (low == null) {
      throw new IllegalStateException("the way forward left no trace");
    }
    Tensor lowSlope = Tensors.like(input, input.size(0), ranks);
    long at = 0;
    int place = 0;
    for (int i = 0; i < modules.size(); i++) {
      Linear.Lora lora = modules.get(i).lora();
      if (lora == null) {
        continue;
      }
      Tensor slope = slopes.get(i);
      Tensor part = lowSlope.narrow(1, at, lora.rank());
      Tensors.product(part, slope, parameters.value(lora.b()));
      part.mul_(Tensors.number(lora.scale()));
      Tensors.addProduct(
          gradients.of(lora.b()), slope.t(), low.narrow(1, at, lora.rank()), lora.scale());
      if (!trace.masks.isEmpty()) {
        dropBack(input, part, lora, trace.masks.get(place), gradients, back);
      }
      at += lora.rank();
      place++;
    }
    if (trace.masks.isEmpty()) {
      Tensors.addProduct(gradients.of(aNames), lowSlope.t(), input, 1);
      if (back != null) {
        Tensors.addProduct(back, lowSlope, parameters.values(aNames), 1);
      }
    }
  }

  private void dropBack(
      Tensor input,
      Tensor lowSlope,
      Linear.Lora lora,
      Tensor mask,
      Gradients gradients,
      @Nullable Tensor back) {
    try (Tensor dropped = mul(input, mask)) {
      Tensors.addProduct(gradients.of(lora.a()), lowSlope.t(), dropped, 1);
    }
    if (back != null) {
      try (Tensor slope = mm(lowSlope, parameters.value(lora.a()))) {
        back.addcmul_(slope, mask);
      }
    }
  }
}
