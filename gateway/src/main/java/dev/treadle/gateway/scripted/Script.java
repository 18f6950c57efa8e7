package dev.treadle.gateway.scripted;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * How a scripted upstream behaves: the first rule that fits a request decides; without one, the
 * answer is a plausible one that follows from the request alone.
 *
 * @param models that it says it has; every name is answered
 * @param key that a client must show; empty: none is asked for
 * @param strength with which probability a question with a right and a wrong answer is answered
 *     rightly: the same questions for the same seed
 * @param exam questions that it knows, asked after the rules
 */
public record Script(
    List<Rule> rules,
    List<String> models,
    Optional<String> key,
    double strength,
    long seed,
    Exam exam,
    Pace pace) {

  public Script {
    rules = List.copyOf(rules);
    models = List.copyOf(models);
    if (!(strength >= 0 && strength <= 1)) {
      throw ScriptError.SCRIPT_INVALID.because("strength must be 0 to 1: got " + strength);
    }
    if (models.isEmpty()) {
      throw ScriptError.SCRIPT_INVALID.because("models must name one at least");
    }
  }

  /** These rules, in this order. */
  public static Script of(Rule... rules) {
    return new Script(
        List.of(rules), List.of("scripted"), Optional.empty(), 1, 0, Exam.NONE, Pace.AT_ONCE);
  }

  /**
   * Reads a script as it stands in a file of JSON or YAML.
   *
   * @throws dev.treadle.transcript.TreadleException {@link ScriptError#SCRIPT_INVALID} with the
   *     place, for an unknown key too
   */
  public static Script read(JsonNode json) {
    return ScriptReader.read(json);
  }

  /** The same at that pace. */
  public Script pace(Pace other) {
    return new Script(rules, models, key, strength, seed, exam, other);
  }

  /** The same, answering only those who show this key. */
  public Script key(String secret) {
    return new Script(rules, models, Optional.of(secret), strength, seed, exam, pace);
  }

  /** The same, this good at questions that have a right answer. */
  public Script strength(double probability, long chosenSeed) {
    return new Script(rules, models, key, probability, chosenSeed, exam, pace);
  }

  /** The same, knowing these questions. */
  public Script exam(Exam other) {
    return new Script(rules, models, key, strength, seed, other, pace);
  }
}
