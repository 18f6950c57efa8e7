package dev.treadle.training.tensor;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One linear module: y = W·x + bias, and what is trained of it.
 *
 * @param index its place within its layer
 * @param bias the name of its bias among the parameters, if it is trained
 * @param lora the adapter's matrices, if the module is aimed at
 */
record Linear(
    String module,
    int index,
    long in,
    long out,
    Matrix weight,
    Optional<Matrix> bias,
    @Nullable Lora lora) {
  /**
   * An adapter's matrices.
   *
   * @param scale what their product is multiplied by
   */
  record Lora(String a, String b, int rank, double scale) {}

  String weightName() {
    return module + ".weight";
  }

  String biasName() {
    return module + ".bias";
  }
}
