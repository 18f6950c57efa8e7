package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a training is spread over processes.
 *
 * @param processes on each node; nothing: one for each GPU of this machine, or one
 * @param nodes machines, which all see the output's folder under the same path
 * @param rendezvous where the nodes find each other, {@code HOST:PORT}; needed for several
 * @param python the program; nothing: what {@code TREADLE_PYTHON} names, or python3 on the path
 * @param deepSpeed a configuration of DeepSpeed's; nothing: ZeRO-3 without anything put aside
 */
public record Torchrun(
    Strategy strategy,
    AttentionKernel attention,
    Optional<Integer> processes,
    int nodes,
    Optional<String> rendezvous,
    Optional<String> python,
    Optional<Path> deepSpeed) {
  private static final Pattern ENDPOINT = Pattern.compile("[\\w.-]{1,253}:\\d{1,5}");
  private static final int MOST = 4096;

  public Torchrun {
    if (processes.orElse(1) < 1 || processes.orElse(1) > MOST || nodes < 1 || nodes > MOST) {
      throw wrong(
          "processes and nodes are numbers from 1 to "
              + MOST
              + ", not "
              + processes.orElse(1)
              + " and "
              + nodes);
    }
    if (nodes > 1 && rendezvous.isEmpty()) {
      throw wrong("several nodes need a rendezvous, such as node0:29400");
    }
    if (rendezvous.filter(it -> !ENDPOINT.matcher(it).matches()).isPresent()) {
      throw wrong("a rendezvous is HOST:PORT, not " + rendezvous.get());
    }
    if (deepSpeed.isPresent() && strategy != Strategy.DEEPSPEED) {
      throw wrong("a configuration of DeepSpeed is of no use to the strategy " + strategy.wire());
    }
  }

  private static RuntimeException wrong(String why) {
    return TrainingError.SETTINGS_INVALID.because("torchrun: " + why);
  }
}
