package dev.treadle.training.tensor;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss's gradients by all parameters, as one thread finds them.
 *
 * @param all end to end, as the parameters lie
 */
record Gradients(Parameters parameters, Tensor all) {
  boolean has(String name) {
    return parameters.has(name);
  }

  Tensor of(String name) {
    return Parameters.view(all, parameters.slot(name));
  }

  /** Of matrices of one width that lie one after another. */
  Tensor of(List<String> names) {
    return parameters.together(all, names);
  }
}
