package dev.treadle.transcript;

import java.util.Locale;
import java.util.Optional;

/** Why a model was called. Only what users asked becomes training data unless a recipe says so. */
public enum Purpose {
  /** A person, or a program for one. */
  USER,
  /** The agent, at a task. */
  AGENT,
  /** A model that judges answers. */
  JUDGE,
  /** A copy of a user's request, to see what another model would have answered. */
  SHADOW,
  /** A benchmark. */
  EVALUATION,
  /** The gateway itself, to see whether an upstream lives. */
  PROBE;

  private static final Purpose[] ALL = values();

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The name in records. */
  public String wire() {
    return wire;
  }

  /** The purpose with that name in records. */
  public static Optional<Purpose> ofWire(String wire) {
    for (Purpose purpose : ALL) {
      if (purpose.wire.equals(wire)) {
        return Optional.of(purpose);
      }
    }
    return Optional.empty();
  }
}
