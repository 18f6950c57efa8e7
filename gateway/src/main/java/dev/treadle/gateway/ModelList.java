package dev.treadle.gateway;

import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.gateway.upstream.CallFailed;
import dev.treadle.gateway.upstream.UpstreamAnswer;
import dev.treadle.gateway.upstream.Watch;
import dev.treadle.routing.Target;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The models that a client can ask for: the routes by name, the models that they answer for, those
 * that the default route goes to, and what the upstreams say that they have where a route passes
 * the model's name on.
 */
final class ModelList {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Core core;
  private final Routes routes;
  private final Access.Caller caller;
  private final HttpRequest request;

  ModelList(Core core, Routes routes, Access.Caller caller, HttpRequest request) {
    this.core = core;
    this.routes = routes;
    this.caller = caller;
    this.request = request;
  }

  /** The list, in the form of the API whose client asks. */
  ObjectNode list() {
    Map<String, String> owners = new LinkedHashMap<>();
    Set<String> open = new LinkedHashSet<>();
    for (RouteSettings route : routes.settings().routes()) {
      if (!caller.mayUse(route.name())) {
        continue;
      }
      if (!route.name().equals(Routes.DEFAULT)) {
        owners.putIfAbsent(route.name(), "treadle");
      }
      route.models().stream()
          .filter(it -> it.indexOf('*') < 0)
          .forEach(it -> owners.putIfAbsent(it, "treadle"));
      for (Target target : route.policy().targets()) {
        if (target.model().isEmpty()) {
          open.add(target.upstream());
        } else if (route.name().equals(Routes.DEFAULT)) {
          // It answers to any name: its targets' are the ones that say what will answer.
          owners.putIfAbsent(target.model().get(), target.upstream());
        }
      }
    }
    boolean isAnthropic = request.headers().first("anthropic-version").isPresent();
    for (String upstream : open) {
      Backend backend = routes.backend(upstream);
      backend.settings().models().forEach(it -> owners.putIfAbsent(it, upstream));
      if (mayAsk(backend, isAnthropic)) {
        ask(backend, owners);
      }
    }
    return isAnthropic ? anthropic(owners) : openAi(owners);
  }

  /** What a client shows to one vendor is not for another one to see. */
  private static boolean mayAsk(Backend backend, boolean isAnthropic) {
    UpstreamSettings settings = backend.settings();
    boolean isAnthropics = settings.kind() == UpstreamSettings.Kind.ANTHROPIC;
    return isAnthropics == isAnthropic
        || !(settings.credentials() instanceof UpstreamSettings.Credentials.Clients);
  }

  private void ask(Backend backend, Map<String, String> owners) {
    Watch watch = core.watchdog().watch(PATIENCE);
    try (UpstreamAnswer answer =
        backend
            .upstream()
            .call(
                "GET",
                "/v1/models",
                backend.headersFor(request.headers(), true),
                new byte[0],
                false,
                watch)) {
      byte[] body = answer.readAll();
      if (answer.status() == 200) {
        JsonNode models = Json.read(body).path("data");
        answer.succeeded();
        models.forEach(it -> owners.putIfAbsent(it.path("id").asString(""), backend.name()));
        owners.remove("");
      }
    } catch (CallFailed | TreadleException e) {
      // A list without the models of an upstream that does not answer is the truth of the moment.
    } finally {
      core.watchdog().release(watch);
    }
  }

  private static ObjectNode openAi(Map<String, String> owners) {
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode models = list.putArray("data");
    owners.forEach(
        (id, owner) ->
            models
                .addObject()
                .put("id", id)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", owner));
    return list;
  }

  private static ObjectNode anthropic(Map<String, String> owners) {
    ObjectNode list = Json.object();
    ArrayNode models = list.putArray("data");
    owners
        .keySet()
        .forEach(
            id ->
                models
                    .addObject()
                    .put("type", "model")
                    .put("id", id)
                    .put("display_name", id)
                    .put("created_at", Instant.EPOCH.toString()));
    list.put("has_more", false);
    list.put("first_id", owners.isEmpty() ? null : owners.keySet().iterator().next());
    list.put("last_id", owners.isEmpty() ? null : owners.keySet().stream().toList().getLast());
    return list;
  }
}
