package dev.treadle.gateway;

import dev.treadle.routing.Policy;
import dev.treadle.store.Durability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A name under which clients ask for a model, and what happens then.
 *
 * @param models that it answers for beside its own name; {@code *} in one stands for any characters
 * @param captures whether exchanges are kept
 * @param durability when a kept exchange is safe
 * @param onCaptureFailure what a client gets when its exchange cannot be kept
 * @param deadline of a call, with all its attempts
 * @param attempts at most, over all targets
 * @param cache how long an answer is given again to an equal request; absent: every one is asked
 */
public record RouteSettings(
    String name,
    List<String> models,
    Policy policy,
    boolean captures,
    Durability durability,
    OnCaptureFailure onCaptureFailure,
    Duration deadline,
    int attempts,
    Optional<Duration> cache) {
  public static final Duration DEADLINE = Duration.ofMinutes(10);
  public static final int ATTEMPTS = 3;

  /** What matters more when both cannot be had. */
  public enum OnCaptureFailure {
    /** The client is answered, and the loss is counted. */
    ANSWER,
    /** The client gets an error. */
    REFUSE
  }

  public RouteSettings {
    models = List.copyOf(models);
    if (attempts < 1 || deadline.isNegative() || deadline.isZero()) {
      throw GatewayError.SETTINGS_INVALID.because(
          "route " + name + ": attempts and deadline are positive");
    }
    if (cache.filter(it -> it.isNegative() || it.isZero()).isPresent()) {
      throw GatewayError.SETTINGS_INVALID.because("route " + name + ": cache is positive");
    }
  }

  /** A route without a cache. */
  public RouteSettings(
      String name,
      List<String> models,
      Policy policy,
      boolean captures,
      Durability durability,
      OnCaptureFailure onCaptureFailure,
      Duration deadline,
      int attempts) {
    this(
        name,
        models,
        policy,
        captures,
        durability,
        onCaptureFailure,
        deadline,
        attempts,
        Optional.empty());
  }

  /** The same, with answers that are given again for so long. */
  public RouteSettings caching(Optional<Duration> lifetime) {
    return new RouteSettings(
        name, models, policy, captures, durability, onCaptureFailure, deadline, attempts, lifetime);
  }

  /** The same, with another policy. */
  public RouteSettings choosingBy(Policy other) {
    return new RouteSettings(
        name, models, other, captures, durability, onCaptureFailure, deadline, attempts, cache);
  }

  /** Whether it answers for that model. */
  boolean answersFor(String model) {
    if (name.equals(model)) {
      return true;
    }
    for (String pattern : models) {
      if (matches(pattern, model)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String model) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(model);
    }
    String rest = pattern.substring(star + 1);
    if (!model.startsWith(pattern.substring(0, star))) {
      return false;
    }
    for (int from = star; from <= model.length(); from++) {
      if (matches(rest, model.substring(from))) {
        return true;
      }
    }
    return false;
  }
}
