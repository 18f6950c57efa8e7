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

  void write(TensorShape to, SafetensorsWriter writer) {
    Weights.Tensor from = Objects.requireNonNull(base.tensors().get(to.name()));
    MergePlan.Change change = plan.changes().get(to.name());
    if (change == null && from.shape().dtype() == to.dtype()) {
      copy(from, writer);
      return;
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
    SafetensorsFile file = whole.isPresent() ? adapter.file() : from.shard();
    compute(file, whole.orElse(from.entry()), added, to, writer);
  }

  private void copy(Weights.Tensor from, SafetensorsWriter writer) {
    int width = from.shape().dtype().bytes();
    blocks.run(
        from.shape().elements(),
        1,
        (_, first, rows) -> writer.transfer(from, first * width, (long) rows * width));
  }

  private void compute(
      SafetensorsFile file,
      SafetensorsHeader.Entry from,
      Optional<LowRank> added,
      TensorShape to,
      SafetensorsWriter writer) {
    Dtype dtype = from.tensor().dtype();
    if (!dtype.isComputed()) {
      throw TrainingError.DTYPE_UNSUPPORTED.because(
          file.file() + ": " + from.tensor().name() + " is " + dtype + ", not computed with");
    }
    long columns = columns(to);
    boolean inPairs = dtype == Dtype.BF16 && to.dtype() == Dtype.BF16 && columns % 2 == 0;
    List<LowRank> parts = added.map(it -> inPairs ? it.halves() : List.of(it)).orElseGet(List::of);
    blocks.run(
        columns == 0 ? 0 : to.elements() / columns,
        columns,
        (numbers, first, rows) -> {
          int elements = (int) (rows * columns);
          file.read(from, first * columns * dtype.bytes(), numbers.room(dtype, elements));
          if (inPairs) {
            numbers.decodePairs(elements);
          } else {
            numbers.decode(dtype, elements);
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
              inPairs ? numbers.encodePairs(elements) : numbers.encode(to.dtype(), elements);
          if (bytes.remaining() == 0) {
            throw TrainingError.NOT_FINITE.because(
                to.name()
                    + " would hold a number that is not finite in "
                    + to.dtype()
                    + ": base or adapter is damaged, or choose a wider --dtype");
          }
          writer.write(to.name(), first * columns * to.dtype().bytes(), bytes);
        });
  }
}
