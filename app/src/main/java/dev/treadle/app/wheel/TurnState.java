package dev.treadle.app.wheel;

import dev.treadle.store.State;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far a turn of the wheel came: kept after every step, so that a turn that was killed is taken
 * up where it stood, with the same comparisons.
 *
 * @param began when; nothing that came later takes part in this turn
 * @param datasetBefore the dataset's last version when it began; 0 for none
 * @param dataset what curating made; empty where there was nothing to curate
 * @param policy what was learned
 * @param isOver whether it came to its end
 */
public record TurnState(
    String route,
    Instant began,
    int datasetBefore,
    Optional<String> dataset,
    boolean isCurated,
    Optional<Integer> policy,
    boolean isOver) {
  private static final String NAME = "turn.";

  /** A turn that begins. */
  public static TurnState begin(String route, Instant now, int datasetBefore) {
    return new TurnState(
        route, now, datasetBefore, Optional.empty(), false, Optional.empty(), false);
  }

  /** The same after curating. */
  public TurnState curated(Optional<String> version) {
    return new TurnState(route, began, datasetBefore, version, true, policy, isOver);
  }

  /** The same after learning. */
  public TurnState learned(int version) {
    return new TurnState(
        route, began, datasetBefore, dataset, isCurated, Optional.of(version), isOver);
  }

  /** The same at its end. */
  public TurnState over() {
    return new TurnState(route, began, datasetBefore, dataset, isCurated, policy, true);
  }

  /** The turn of that route that is not over, if there is one. */
  public static Optional<TurnState> unfinished(State state, String route) {
    return state.read(name(route)).flatMap(TurnState::decode).filter(it -> !it.isOver());
  }

  /** Keeps it; safe when this returns. */
  public void save(State state) {
    ObjectNode json = Json.object().put("route", route).put("began", began.toString());
    json.put("dataset_before", datasetBefore).put("curated", isCurated).put("over", isOver);
    dataset.ifPresent(it -> json.put("dataset", it));
    policy.ifPresent(it -> json.put("policy", it));
    state.write(name(route), Json.write(json));
  }

  private static Optional<TurnState> decode(byte[] bytes) {
    try {
      JsonNode json = Json.read(bytes);
      return Optional.of(
          new TurnState(
              json.path("route").asString(""),
              Instant.parse(json.path("began").asString("")),
              json.path("dataset_before").asInt(0),
              json.hasNonNull("dataset")
                  ? Optional.of(json.path("dataset").asString(""))
                  : Optional.empty(),
              json.path("curated").asBoolean(false),
              json.hasNonNull("policy")
                  ? Optional.of(json.path("policy").asInt(0))
                  : Optional.empty(),
              json.path("over").asBoolean(false)));
    } catch (TreadleException | DateTimeException e) {
      return Optional.empty(); // It says nothing that a new turn would need.
    }
  }

  /** A route's name may be no name of a document. */
  private static String name(String route) {
    return NAME + Integer.toHexString(route.hashCode());
  }
}
