package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Writes single tensors of a merged model. */
final class TensorMerge {
  private final Weights base;
  private final Adapter adapter;
  private final MergePlan plan;
  private final Blocks blocks;

  /** A float's bits; of floats that are not negative the larger has the larger ones. */
  private final AtomicInteger largestChange = new AtomicInteger();

  TensorMerge(Weights base, Adapter adapter, MergePlan plan, Blocks blocks) {
    this.base = base;
    this.adapter = adapter;
    this.plan = plan;
    this.blocks = blocks;
  }

  /** The largest number that was added to a weight so far, by its size. */
  double largestChange() {
    return Float.intBitsToFloat(largestChange.get());
  }

  /** The length of the rows that a tensor is worked on by: only matrices have long ones. */
  static long columns(TensorShape tensor) {
    return tensor.shape().size() == 2 ? tensor.columns() : 1;
  }

  /**
   * Writes one.
   *
   * @return how many of its numbers are not the base's, rounded to the written form
   */
  long write(TensorShape to, SafetensorsWriter writer, Reread reread) {
    Weights.Tensor from = Objects.requireNonNull(base.tensors().get(to.name()));
    MergePlan.Change change = plan.changes().get(to.name());
    if (change == null && from.shape().dtype() == to.dtype()) {
      return copy(from, to, new Output(to, writer, reread));
    }
    Optional<LowRank> added =
        change == null
            ? Optional.empty()
            : change
                .pair()
                .map(
                    it ->
                        LowRank.read(
                            adapter.file(),
                            it,
                            adapter.configuration().rank(change.module()),
                            adapter.configuration().scale(change.module())));
    Optional<SafetensorsHeader.Entry> whole =
        Optional.ofNullable(change).flatMap(MergePlan.Change::whole);
    checkComputed(from.shard(), from.shape());
    whole.ifPresent(it -> checkComputed(adapter.file(), it.tensor()));
    return compute(from, whole, added, new Output(to, writer, reread));
  }

  /** Where a tensor goes. */
  private record Output(TensorShape tensor, SafetensorsWriter writer, Reread reread) {
    void write(long offset, ByteBuffer bytes) {
      reread.hears(tensor.name(), offset, tensor.bytes(), bytes);
      writer.write(tensor.name(), offset, bytes);
    }
  }

  private long copy(Weights.Tensor from, TensorShape to, Output output) {
    int width = to.dtype().bytes();
    AtomicLong differences = new AtomicLong();
    blocks.run(
        to.elements(),
        1,
        width,
        (numbers, first, count) -> {
          ByteBuffer before =
              from.shard().readOnce(from.entry(), first * width, count * width, numbers.input());
          ByteBuffer bytes = numbers.copy(before);
          differences.addAndGet(numbers.differences(to.dtype(), before, bytes));
          output.write(first * width, bytes);
        });
    return differences.get();
  }

  private static void checkComputed(SafetensorsFile file, TensorShape tensor) {
    if (!tensor.dtype().isComputed()) {
      throw TrainingError.DTYPE_UNSUPPORTED.because(
          file.file() + ": " + tensor.name() + " is " + tensor.dtype() + ", not computed with");
    }
  }

  private long compute(
      Weights.Tensor base,
      Optional<SafetensorsHeader.Entry> whole,
      Optional<LowRank> added,
      Output output) {
    TensorShape to = output.tensor();
    Dtype dtype = to.dtype();
    long columns = columns(to);
    boolean inPairs =
        base.shape().dtype() == Dtype.BF16
            && dtype == Dtype.BF16
            && columns % 2 == 0
            && whole.isEmpty();
    List<LowRank> parts = added.map(it -> inPairs ? it.halves() : List.of(it)).orElseGet(List::of);
    AtomicLong differences = new AtomicLong();
    blocks.run(
        columns == 0 ? 0 : to.elements() / columns,
        columns,
        dtype.bytes(),
        (numbers, first, rows) -> {
          int elements = (int) (rows * columns);
          ByteBuffer before = before(base, dtype, first * columns, elements, numbers, inPairs);
          if (whole.isPresent()) {
            // What was read makes room for what is read next.
            before = base.shape().dtype() == dtype ? numbers.keep(before) : before;
            replace(whole.get(), first * columns, elements, numbers);
          }
          for (int i = 0; i < parts.size(); i++) {
            float largest =
                parts
                    .get(i)
                    .addTo(
                        numbers.floats(), i * (elements / 2), (int) first, rows, numbers.panel());
            largestChange.accumulateAndGet(Float.floatToIntBits(largest), Math::max);
          }
          ByteBuffer bytes =
              inPairs ? numbers.encodePairs(elements) : numbers.encode(dtype, elements);
          if (!bytes.hasRemaining()) {
            throw TrainingError.NOT_FINITE.because(
                to.name()
                    + " would hold a number that is not finite in "
                    + dtype
                    + ": base or adapter is damaged, or choose a wider --dtype");
          }
          // Nothing where a number of the base cannot be had in this form: then it is another.
          differences.addAndGet(
              before.hasRemaining() ? numbers.differences(dtype, before, bytes) : elements);
          output.write(first * columns * dtype.bytes(), bytes);
        });
    return differences.get();
  }

  /** Makes floats of a block of the base, and returns its bytes in the form that is written. */
  private static ByteBuffer before(
      Weights.Tensor base, Dtype to, long first, int elements, Numbers numbers, boolean inPairs) {
    Dtype form = base.shape().dtype();
    ByteBuffer bytes =
        base.shard()
            .readOnce(base.entry(), first * form.bytes(), elements * form.bytes(), numbers.input());
    if (inPairs) {
      numbers.decodePairs(bytes, elements);
    } else {
      numbers.decode(bytes, form, elements);
    }
    return form == to ? bytes : numbers.round(to, elements);
  }

  /** Takes a block of the adapter's in place of the base's. */
  private void replace(SafetensorsHeader.Entry whole, long first, int elements, Numbers numbers) {
    Dtype form = whole.tensor().dtype();
    numbers.decode(
        adapter
            .file()
            .readOnce(whole, first * form.bytes(), elements * form.bytes(), numbers.input()),
        form,
        elements);
  }
}
