package dev.treadle.training.gguf;

import dev.treadle.training.TrainingError;
import dev.treadle.training.merge.Numbers;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.transcript.TreadleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads a file that was written again, as anybody would, and compares it with the model: all keys,
 * all tensors' forms and places, and rows of every tensor number by number. Nothing of what wrote
 * them is used but the rule of which row is which.
 */
final class ExportProof {
  /** Of every tensor so many rows, evenly spread, with the first and the last. */
  private static final int ROWS = 64;

  private final Weights weights;
  private final Numbers numbers;
  private long checked;

  private ExportProof(Weights weights, long longestRow) {
    this.weights = weights;
    this.numbers = new Numbers((int) longestRow);
  }

  /**
   * Compares.
   *
   * @return how many numbers were compared
   * @throws TreadleException {@link TrainingError#EXPORT_UNPROVEN}
   */
  static long check(GgufFile file, Map<String, GgufValue> keys, ExportPlan plan, Weights weights) {
    if (!file.keys().equals(keys)) {
      throw unproven(file, "its keys are not those that were written");
    }
    if (!List.copyOf(file.tensors().values()).equals(plan.targets())) {
      throw unproven(file, "its tensors are not those that were written");
    }
    long longest = 1;
    for (GgufTensor it : plan.targets()) {
      longest = Math.max(longest, it.columns());
    }
    ExportProof proof = new ExportProof(weights, longest);
    for (ExportPlan.Piece it : plan.pieces()) {
      switch (it) {
        case ExportPlan.Made made -> proof.same(file, made);
        case ExportPlan.Taken taken -> proof.near(file, taken);
      }
    }
    return proof.checked;
  }

  private void same(GgufFile file, ExportPlan.Made piece) {
    float[] numbers = new float[piece.numbers().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = piece.numbers().get(i);
    }
    compare(file, piece.target(), 0, numbers);
  }

  private void near(GgufFile file, ExportPlan.Taken piece) {
    if (piece.target().shape().size() == 1) {
      compare(file, piece.target(), 0, ordered(piece));
      return;
    }
    for (long row : rows(piece.target().rows())) {
      compare(file, piece.target(), row, source(piece, piece.sourceRow(row)));
    }
  }

  private static List<Long> rows(long count) {
    List<Long> rows = new ArrayList<>();
    for (long i = 0; i < Math.min(ROWS, count); i++) {
      rows.add(count <= ROWS ? i : i * (count - 1) / (ROWS - 1));
    }
    return rows;
  }

  private float[] ordered(ExportPlan.Taken piece) {
    float[] from = source(piece, 0);
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[(int) piece.sourceRow(i)];
    }
    return to;
  }

  private float[] source(ExportPlan.Taken piece, long row) {
    Weights.Tensor source = Objects.requireNonNull(weights.tensors().get(piece.source()));
    int columns = (int) piece.target().columns();
    int bytes = columns * source.shape().dtype().bytes();
    ByteBuffer from = source.shard().readOnce(source.entry(), row * bytes, bytes, numbers.input());
    numbers.decode(from, source.shape().dtype(), columns);
    return Arrays.copyOf(numbers.floats(), columns);
  }

  private void compare(GgufFile file, GgufTensor tensor, long row, float[] wanted) {
    float[] found = file.row(tensor, row);
    GgufForm form = GgufForm.of(tensor.type());
    int group = tensor.type().blockNumbers();
    float largest = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (i % group == 0) {
        largest = 0;
        for (int j = i; j < i + group; j++) {
          largest = Math.max(largest, Math.abs(wanted[j]));
        }
      }
      double error = Math.abs((double) found[i] - wanted[i]);
      if (!(error <= Quantization.tolerance(form, wanted[i], largest))) {
        throw unproven(
            file,
            "row %d of %s has %s where the model has %s"
                .formatted(row, tensor.name(), found[i], wanted[i]));
      }
    }
    checked += wanted.length;
  }

  private static TreadleException unproven(GgufFile file, String what) {
    return TrainingError.EXPORT_UNPROVEN.because(
        "the file that was written as " + file.file() + " is not the model: " + what);
  }
}
