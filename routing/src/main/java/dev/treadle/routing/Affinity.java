package dev.treadle.routing;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a conversation stays with whom it is. */
final class Affinity {
  private Affinity() {}

  /** Sure of the last target where the conversation cannot leave it. */
  static Optional<Decision> locked(
      List<Target> candidates, RoutingRequest request, SessionState session) {
    if (!session.isLocked() && !request.isInToolLoop()) {
      return Optional.empty();
    }
    return session
        .last()
        .filter(candidates::contains)
        .map(
            last ->
                Decision.of(
                    Candidates.chain(last, candidates),
                    Map.of(last, 1.0),
                    Decision.Source.AFFINITY,
                    session.isLocked() ? "state is kept there" : "in a tool loop"));
  }
}
