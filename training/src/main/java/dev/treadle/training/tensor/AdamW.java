package dev.treadle.training.tensor;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The optimizer of Loshchilov and Hutter, in the steps in which PyTorch takes them, over all
 * parameters at once.
 */
public final class AdamW implements AutoCloseable {
  private static final long SLICE = 1 << 20;
  private static final String VALUES = "values";
  private static final String FIRST = "first_moments";
  private static final String SECOND = "second_moments";
  private static final String STEPS = "steps";

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
    first = Tensors.zerosLike(parameters.values(), parameters.size());
    second = Tensors.zerosLike(parameters.values(), parameters.size());
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

  /** Writes the parameters and all that the next step depends on. */
  public void save(Path file) {
    List<TensorShape> shapes = new ArrayList<>();
    Dtype dtype = Tensors.has(first, ScalarType.Double) ? Dtype.F64 : Dtype.F32;
    for (String it : List.of(VALUES, FIRST, SECOND)) {
      shapes.add(new TensorShape(it, dtype, List.of(parameters.size())));
    }
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(file, shapes, Map.of(STEPS, Long.toString(steps)))) {
      for (TensorShape it : shapes) {
        TensorFile.write(writer, it, of(it.name()));
      }
      writer.force();
    }
  }

  /**
   * Goes on from what {@link #save} wrote.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#CHECKPOINT_INVALID} if
   *     that was of another run
   */
  public void load(Path file) {
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      String counted = saved.header().metadata().getOrDefault(STEPS, "");
      for (String name : List.of(VALUES, FIRST, SECOND)) {
        SafetensorsHeader.Entry entry = saved.header().tensors().get(name);
        if (entry == null
            || entry.tensor().elements() != parameters.size()
            || !counted.matches("\\d{1,9}")) {
          throw TrainingError.CHECKPOINT_INVALID.because(
              file + " is not of a run that trains " + parameters.size() + " numbers");
        }
        try (MappedTensor mapped = MappedTensor.of(saved, entry)) {
          of(name).copy_(mapped.tensor());
        }
      }
      steps = Long.parseLong(counted);
    }
    parameters.refresh();
  }

  private Tensor of(String name) {
    return switch (name) {
      case VALUES -> parameters.values();
      case FIRST -> first;
      case SECOND -> second;
      default -> throw new IllegalArgumentException(name);
    };
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
