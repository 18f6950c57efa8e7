package dev.treadle.training.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The optimizer of Loshchilov and Hutter, in the steps in which PyTorch takes them, over all
 * parameters at once.
 */
public final class AdamW implements AutoCloseable {
  private static final long SLICE = 1 << 20;

  private final Parameters parameters;
  private final Settings settings;
  private final Tensor first;
  private final Tensor second;
  private long steps;

  /** Its constants. */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {
    /** What most use. */
    public static Settings of(double weightDecay) {
      return new Settings(0.9, 0.999, 1e-8, weightDecay);
    }
  }

  public AdamW(Parameters parameters, Settings settings) {
    this.parameters = parameters;
    this.settings = settings;
    first = Tensors.zero(parameters.values().scalar_type(), parameters.size());
    second = Tensors.zero(parameters.values().scalar_type(), parameters.size());
  }

  /**
   * Changes the parameters by their gradients, and clears those.
   *
   * @param clip the most that the gradient's length may be; 0: any
   * @return the gradient's length before that
   */
  public double step(double learningRate, double clip) {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      double length = parameters.gradients().all().norm().item_double();
      double scale = clip > 0 ? Math.min(1, clip / (length + 1e-6)) : 1;
      steps++;
      for (long from = 0; from < parameters.size(); from = end(from)) {
        try (PointerScope _ = new PointerScope()) {
          slice(from, end(from) - from, learningRate, scale);
        }
      }
      parameters.refresh();
      return length;
    }
  }

  /** Slices end where weight decay does. */
  private long end(long from) {
    long end = Math.min(from + SLICE, parameters.size());
    return from < parameters.decayed() ? Math.min(end, parameters.decayed()) : end;
  }

  private void slice(long from, long size, double learningRate, double scale) {
    Tensor gradient = parameters.gradients().all().narrow(0, from, size);
    if (scale < 1) {
      gradient.mul_(Tensors.number(scale));
    }
    Tensor value = parameters.values().narrow(0, from, size);
    Tensor mean = first.narrow(0, from, size);
    Tensor square = second.narrow(0, from, size);
    if (settings.weightDecay() != 0 && from < parameters.decayed()) {
      value.mul_(Tensors.number(1 - learningRate * settings.weightDecay()));
    }
    mean.lerp_(gradient, Tensors.number(1 - settings.beta1()));
    square
        .mul_(Tensors.number(settings.beta2()))
        .addcmul_(gradient, gradient, Tensors.number(1 - settings.beta2()));
    double correction = 1 - Math.pow(settings.beta1(), (double) steps);
    double rootCorrection = Math.sqrt(1 - Math.pow(settings.beta2(), (double) steps));
    Tensor divisor =
        square.sqrt().div_(Tensors.number(rootCorrection)).add_(Tensors.number(settings.epsilon()));
    value.addcdiv_(mean, divisor, Tensors.number(-learningRate / correction));
    gradient.zero_();
  }

  /** How often it stepped. */
  public long steps() {
    return steps;
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
