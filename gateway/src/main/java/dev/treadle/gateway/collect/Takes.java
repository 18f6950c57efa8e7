package dev.treadle.gateway.collect;

import dev.treadle.store.State;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How often questions were taken up again after a process had died over them: so that one which
 * kills its process cannot do so for ever.
 */
final class Takes {
  private static final String DOCUMENT = "compare-takes";

  private final State state;
  private final Map<String, Integer> counts = new TreeMap<>();

  Takes(State state) {
    this.state = state;
    state.read(DOCUMENT).ifPresent(this::read);
  }

  private void read(byte[] document) {
    JsonNode known;
    try {
      known = Json.read(document);
    } catch (TreadleException e) {
      return; // Damaged: everything is taken as if for the second time.
    }
    known.forEachEntry((id, count) -> counts.put(id, count.asInt(1)));
  }

  /** Takes a question up again; tells the how manieth take it is, the first one of all included. */
  synchronized int again(String id) {
    int take = counts.merge(id, 2, (before, _) -> before + 1);
    write();
    return take;
  }

  /** A question is done. */
  synchronized void done(String id) {
    if (counts.remove(id) != null) {
      write();
    }
  }

  private void write() {
    ObjectNode document = Json.object();
    counts.forEach(document::put);
    state.write(DOCUMENT, Json.write(document));
  }
}
