package dev.treadle.routing;

import java.util.Optional;

/**
 * Where a request can be sent: an upstream, and the model to ask there.
 *
 * @param model absent: the one that the client named
 */
public record Target(String upstream, Optional<String> model) {
  public Target {
    if (upstream.isBlank() || model.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException("not a target: '" + upstream + "', " + model);
    }
  }

  /** Reads {@code upstream} or {@code upstream/model}; the model may have slashes of its own. */
  public static Target parse(String written) {
    int slash = written.indexOf('/');
    return slash < 0
        ? new Target(written, Optional.empty())
        : new Target(written.substring(0, slash), Optional.of(written.substring(slash + 1)));
  }

  /** As it is written in the configuration and in the log. */
  @Override
  public String toString() {
    return model.map(it -> upstream + "/" + it).orElse(upstream);
  }
}
