package dev.treadle.gateway.evaluate;

import dev.treadle.measure.score.Method;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer to judge.
 *
 * @param reference a right answer
 * @param tests for an answer that is code
 * @param rubric what matters, for a judge
 * @param method absent: the one that fits what is given
 * @param heuristics whether signs of a bad answer count as a judgement
 */
public record Task(
    String question,
    String answer,
    Optional<String> reference,
    Optional<String> tests,
    Optional<String> rubric,
    Optional<Method> method,
    boolean heuristics) {
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final Set<String> FIELDS =
      new TreeSet<>(
          Set.of("question", "answer", "reference", "tests", "rubric", "method", "heuristics"));

  /** A question and its answer, and nothing else. */
  public static Task of(String question, String answer) {
    return new Task(
        question,
        answer,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** What is wrong with a request, in one line. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }

    /** What is wrong. */
    public String why() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Reads the body of a request.
   *
   * @throws Refused that says what is wrong
   */
  public static Task read(byte[] body) throws Refused {
    JsonNode json;
    try {
      json = Json.read(body);
    } catch (TreadleException e) {
      throw new Refused(String.valueOf(e.getMessage()));
    }
    if (!(json instanceof ObjectNode object)) {
      throw new Refused("the body is {\"question\": \"…\", \"answer\": \"…\"}");
    }
    for (String name : object.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw new Refused(
            "there is no field '" + name + "': there are " + String.join(", ", FIELDS));
      }
    }
    return new Task(
        text(object, "question").orElseThrow(() -> new Refused("'question' is missing")),
        text(object, "answer").orElseThrow(() -> new Refused("'answer' is missing")),
        text(object, "reference").filter(it -> !it.isBlank()),
        text(object, "tests").filter(it -> !it.isBlank()),
        text(object, "rubric").filter(it -> !it.isBlank()),
        method(object),
        truth(object));
  }

  private static Optional<String> text(ObjectNode json, String name) throws Refused {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw new Refused("'" + name + "' is not a text");
    }
    if (value.stringValue().length() > MOST_CHARACTERS) {
      throw new Refused("'" + name + "' is longer than " + MOST_CHARACTERS + " characters");
    }
    return Optional.of(value.stringValue());
  }

  private static Optional<Method> method(ObjectNode json) throws Refused {
    Optional<String> named = text(json, "method");
    if (named.isEmpty()) {
      return Optional.empty();
    }
    Optional<Method> method = Method.ofWire(named.get());
    if (method.isEmpty()) {
      throw new Refused(
          "there is no method '"
              + named.get()
              + "': there are "
              + Arrays.stream(Method.values()).map(Method::wire).collect(Collectors.joining(", ")));
    }
    return method;
  }

  private static boolean truth(ObjectNode json) throws Refused {
    JsonNode value = json.path("heuristics");
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw new Refused("'heuristics' is neither true nor false");
    }
    return value.isBoolean() && value.booleanValue();
  }
}
