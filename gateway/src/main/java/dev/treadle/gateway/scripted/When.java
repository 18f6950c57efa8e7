package dev.treadle.gateway.scripted;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which requests a rule is for: all that is said must hold.
 *
 * @param contains stands in the last text of the user
 * @param model is asked for
 * @param tool of that name is offered
 * @param turn is the how manieth answer of the model in this conversation, from 1
 */
public record When(
    Optional<String> contains, Optional<String> model, Optional<String> tool, OptionalInt turn) {
  /** Every request. */
  public static final When ALWAYS =
      new When(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());

  /** Requests whose last user text contains this. */
  public static When contains(String text) {
    return new When(Optional.of(text), Optional.empty(), Optional.empty(), OptionalInt.empty());
  }

  /** The same, for that turn only. */
  public When at(int number) {
    return new When(contains, model, tool, OptionalInt.of(number));
  }

  boolean holds(Asked asked) {
    return contains.map(asked.user()::contains).orElse(true)
        && model.map(asked.model()::equals).orElse(true)
        && tool.map(name -> asked.tools().stream().anyMatch(it -> it.name().equals(name)))
            .orElse(true)
        && (turn.isEmpty() || turn.getAsInt() == asked.turn());
  }
}
