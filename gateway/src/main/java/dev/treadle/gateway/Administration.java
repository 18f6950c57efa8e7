package dev.treadle.gateway;

import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What only an admin key may see: how upstreams, routes and the capture stand. */
final class Administration {
  static final String PATH = "/admin/";

  private final Core core;
  private final Routes routes;
  private final ApiKeys keys;

  Administration(Core core, Routes routes, ApiKeys keys) {
    this.core = core;
    this.routes = routes;
    this.keys = keys;
  }

  void answer(HttpRequest request, HttpAnswer answer) throws IOException {
    boolean isGet = request.method().equals("GET");
    switch (request.path()) {
      case PATH + "status" -> {
        if (isGet) {
          Replies.json(answer, 200, status());
          return;
        }
      }
      case PATH + "keys" -> {
        if (isGet) {
          Replies.json(answer, 200, keys());
          return;
        }
      }
      default -> {
        Replies.error(
            answer, request.path(), 404, "there are " + PATH + "status and " + PATH + "keys");
        return;
      }
    }
    Replies.error(answer, request.path(), 405, "only GET");
  }

  private ObjectNode status() {
    ObjectNode status = Json.object();
    status.put("calls", core.watchdog().calls());
    ObjectNode capture = status.putObject("capture");
    capture.put("kept", core.capture().kept());
    capture.put("lost", core.capture().lost());
    capture.put("waiting_bytes", core.capture().waitingBytes());
    capture.put("failing", core.capture().isFailing());
    ArrayNode upstreams = status.putArray("upstreams");
    for (UpstreamSettings it : routes.settings().upstreams()) {
      Backend backend = routes.backend(it.name());
      upstreams
          .addObject()
          .put("name", it.name())
          .put("breaker", backend.upstream().breakerState())
          .put("calls", backend.upstream().calls());
    }
    ArrayNode named = status.putArray("routes");
    for (RouteSettings it : routes.settings().routes()) {
      ObjectNode route = named.addObject().put("name", it.name()).put("policy", it.policy().name());
      ArrayNode targets = route.putArray("targets");
      it.policy().targets().forEach(target -> targets.add(target.toString()));
    }
    return status;
  }

  private ObjectNode keys() {
    ObjectNode list = Json.object();
    ArrayNode all = list.putArray("keys");
    for (ApiKeys.Entry it : keys.list()) {
      ObjectNode key = all.addObject().put("name", it.name());
      ArrayNode may = key.putArray("routes");
      new TreeSet<>(it.routes()).forEach(may::add);
      key.put("admin", it.admin()).put("internal", it.internal());
      key.put("created", it.created().toString());
    }
    return list;
  }
}
