package dev.treadle.app.command;

import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.gateway.classify.RemoteLabels;
import dev.treadle.routing.RememberedLabels;
import dev.treadle.routing.TextLabels;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The external classifier of a running gateway: kept while the configuration names the same. */
final class ServedClassifier implements AutoCloseable {
  private static final int REMEMBERED = 10_000;

  private final LongSupplier nanos;
  private @Nullable Named named;

  private record Named(
      URI address, Duration timeout, RemoteLabels remote, RememberedLabels labels) {}

  ServedClassifier(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The one that the settings name; empty where no route asks it. */
  synchronized Optional<TextLabels> labels(WheelSettings wheel) {
    if (wheel.classifier().isEmpty() || wheel.classifiedRoutes().isEmpty()) {
      close();
      return Optional.empty();
    }
    URI address = wheel.classifier().get();
    Named before = named;
    boolean isSame =
        before != null
            && before.address().equals(address)
            && before.timeout().equals(wheel.classifierTimeout());
    if (before == null || !isSame) {
      close();
      RemoteLabels remote = RemoteLabels.at(address, wheel.classifierTimeout(), nanos);
      before =
          new Named(
              address, wheel.classifierTimeout(), remote, new RememberedLabels(remote, REMEMBERED));
      named = before;
    }
    return Optional.of(before.labels());
  }

  @Override
  public synchronized void close() {
    Named before = named;
    named = null;
    if (before != null) {
      before.remote().close();
    }
  }
}
