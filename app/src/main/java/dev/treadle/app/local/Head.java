package dev.treadle.app.local;

import dev.treadle.transcript.Json;
import tools.jackson.databind.node.ObjectNode;

/** What stands at the top of every answer to one request. */
record Head(String id, long created, String model) {
  ObjectNode of(String object) {
    return Json.object()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", model);
  }
}
