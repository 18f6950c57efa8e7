package dev.treadle.gateway.limits;

import java.time.Duration;

/** So much a minute, and as much at once after a minute's rest (a token bucket). Guarded. */
final class Bucket {
  private static final double MINUTE = 60e9;

  private final double capacity;
  private double filled;
  private long since;

  Bucket(long perMinute, long now) {
    this.capacity = perMinute;
    this.filled = perMinute;
    this.since = now;
  }

  /** How long it takes until so much is there; zero where it is. More than all counts as all. */
  Duration until(double amount, long now) {
    fill(now);
    double lacking = Math.min(amount, capacity) - filled;
    return lacking <= 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil(lacking / capacity * MINUTE));
  }

  /** Takes from it, below nothing if need be; a negative amount is given back. */
  void take(double amount, long now) {
    fill(now);
    filled = Math.min(capacity, filled - amount);
  }

  double capacity() {
    return capacity;
  }

  private void fill(long now) {
    filled = Math.min(capacity, filled + (now - since) / MINUTE * capacity);
    since = now;
  }
}
