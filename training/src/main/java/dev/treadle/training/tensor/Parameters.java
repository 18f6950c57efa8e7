package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.zeros;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What is trained: all its numbers end to end in one tensor and their gradients in another, so that
 * an optimizer's step is a few operations whatever the number of matrices. Those whose size is held
 * down by weight decay come first.
 */
public final class Parameters implements AutoCloseable {
  private final Arithmetic arithmetic;
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final long size;
  private final long decayed;
  private final Tensor values;
  private final List<Gradients> gradients = new ArrayList<>();
  private final Tensor computed;

  /**
   * One named array among them.
   *
   * @param offset where it begins
   */
  public record Slot(String name, List<Long> shape, long offset) {
    public long elements() {
      long elements = 1;
      for (long it : shape) {
        elements *= it;
      }
      return elements;
    }
  }

  /** A name and a shape before it has a place. */
  public record Wanted(String name, List<Long> shape, boolean decays) {}

  Parameters(List<Wanted> wanted, Arithmetic arithmetic, Device device) {
    this.arithmetic = arithmetic;
    long offset = 0;
    long decaying = 0;
    for (boolean decays : new boolean[] {true, false}) {
      for (Wanted it : wanted) {
        if (it.decays() == decays) {
          Slot slot = new Slot(it.name(), it.shape(), offset);
          slots.put(it.name(), slot);
          offset += slot.elements();
        }
      }
      decaying = decays ? offset : decaying;
    }
    size = offset;
    decayed = decaying;
    values = device.place(zeros(new long[] {size}, new TensorOptions(arithmetic.master().type())));
    computed = arithmetic == arithmetic.master() ? values : values.to(arithmetic.type());
  }

  public Map<String, Slot> slots() {
    return Collections.unmodifiableMap(slots);
  }

  /** Numbers in all. */
  public long size() {
    return size;
  }

  /** How many of them, from the first, weight decay holds down. */
  long decayed() {
    return decayed;
  }

  Tensor values() {
    return values;
  }

  /**
   * A place for gradients; there are as many as threads that find them.
   *
   * @param thread counts from 0, whose gradients the optimizer takes
   */
  synchronized Gradients gradients(int thread) {
    while (gradients.size() <= thread) {
      gradients.add(new Gradients(this, Tensors.zerosLike(values, size)));
    }
    return gradients.get(thread);
  }

  Gradients gradients() {
    return gradients(0);
  }

  /** Adds all other places' gradients to the first's, in their order, and clears those. */
  void gather() {
    for (int i = 1; i < gradients.size(); i++) {
      Tensor part = gradients.get(i).all();
      gradients.getFirst().all().add_(part);
      part.zero_();
    }
  }

  boolean has(String name) {
    return slots.containsKey(name);
  }

  /** What the model computes with. */
  Tensor value(String name) {
    return view(computed, slot(name));
  }

  /** What an optimizer changes. */
  Tensor master(String name) {
    return view(values, slot(name));
  }

  /** Matrices of one width that lie one after another, as one. */
  Tensor values(List<String> names) {
    return together(computed, names);
  }

  Tensor together(Tensor all, List<String> names) {
    Slot first = slot(names.getFirst());
    long rows = 0;
    for (String it : names) {
      Slot slot = slot(it);
      if (slot.offset() != first.offset() + rows * slot.shape().get(1)) {
        throw new IllegalStateException(it + " does not follow " + first.name());
      }
      rows += slot.shape().getFirst();
    }
    long columns = first.shape().get(1);
    return all.narrow(0, first.offset(), rows * columns).view(rows, columns);
  }

  static Tensor view(Tensor all, Slot slot) {
    long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
    return all.narrow(0, slot.offset(), slot.elements()).view(shape);
  }

  Slot slot(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("nothing trained is called " + name);
    }
    return slot;
  }

  /** Lets the model compute with the values as they are now. */
  void refresh() {
    if (arithmetic != arithmetic.master()) {
      computed.copy_(values);
    }
  }

  void clearGradients() {
    gradients.forEach(it -> it.all().zero_());
  }

  /** Sets an array. */
  public void set(String name, float[] numbers) {
    Slot slot = slot(name);
    if (numbers.length != slot.elements()) {
      throw new IllegalArgumentException(name + " has " + slot.elements() + " numbers");
    }
    try (Tensor target = values.narrow(0, slot.offset(), slot.elements());
        Tensor source = Tensor.create(numbers)) {
      target.copy_(source);
    }
    refresh();
  }

  /** Sets an array to evenly spread numbers between two bounds. */
  void spread(String name, double bound, RandomGenerator random) {
    float[] numbers = new float[Math.toIntExact(slot(name).elements())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    set(name, numbers);
  }

  /** An array's numbers as they lie in memory; only while this is open and training rests. */
  public FloatBuffer read(String name) {
    return floats(values, slot(name));
  }

  /** Likewise of its gradient. */
  FloatBuffer readGradient(String name) {
    return floats(gradients().all(), slot(name));
  }

  private FloatBuffer floats(Tensor all, Slot slot) {
    if (Tensors.has(all, ScalarType.Float) && !all.is_cuda()) {
      return all.data_ptr_float()
          .position(slot.offset())
          .limit(slot.offset() + slot.elements())
          .asBuffer();
    }
    try (Tensor part = all.narrow(0, slot.offset(), slot.elements());
        Tensor copy = part.to(ScalarType.Float);
        Tensor here = copy.cpu()) {
      float[] numbers = new float[Math.toIntExact(slot.elements())];
      here.data_ptr_float().get(numbers);
      return FloatBuffer.wrap(numbers);
    }
  }

  /** The names in their order. */
  public List<String> names() {
    return new ArrayList<>(slots.keySet());
  }

  @Override
  public void close() {
    values.close();
    gradients.forEach(it -> it.all().close());
    if (arithmetic != arithmetic.master()) {
      computed.close();
    }
  }
}
