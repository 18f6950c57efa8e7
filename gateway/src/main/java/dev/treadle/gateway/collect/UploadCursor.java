package dev.treadle.gateway.collect;

import dev.treadle.store.State;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.Collection;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which comparisons were uploaded, by their place among all that were accepted: every one up to a
 * point, and a few beyond it that overtook others. For one thread.
 */
final class UploadCursor {
  private static final String DOCUMENT = "compare-upload";

  private final State state;
  private final TreeSet<Long> ahead = new TreeSet<>();
  private long through;

  UploadCursor(State state) {
    this.state = state;
    state.read(DOCUMENT).ifPresent(this::read);
  }

  private void read(byte[] document) {
    JsonNode known;
    try {
      known = Json.read(document);
    } catch (TreadleException e) {
      return; // Damaged: everything is uploaded once more, which a collector notices.
    }
    through = known.path("through").asLong(0);
    known.path("ahead").forEach(it -> ahead.add(it.asLong(0)));
  }

  boolean holds(long accepted) {
    return accepted <= through || ahead.contains(accepted);
  }

  /**
   * Notes what was uploaded; safe when this returns.
   *
   * @param firstOpen the lowest place of one that still is to be uploaded
   */
  void uploaded(Collection<Long> accepted, long firstOpen) {
    ahead.addAll(accepted);
    while (!ahead.isEmpty() && ahead.first() < firstOpen) {
      through = Math.max(through, ahead.pollFirst());
    }
    ObjectNode document = Json.object().put("through", through);
    ArrayNode list = document.putArray("ahead");
    ahead.forEach(list::add);
    state.write(DOCUMENT, Json.write(document));
  }
}
