package dev.treadle.gateway;

import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.routing.Decision;
import dev.treadle.routing.Explanation;
import dev.treadle.routing.Policy;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.routing.SessionState;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says what would be decided for a request, and why, without asking anybody: {@code GET
 * /v1/routes/preview?route=&text=}, or a {@code POST} of a chat request.
 */
final class RoutePreview {
  static final String PATH = "/v1/routes/preview";

  private final Core core;
  private final Routes routes;
  private final Access.Caller caller;

  RoutePreview(Core core, Routes routes, Access.Caller caller) {
    this.core = core;
    this.routes = routes;
    this.caller = caller;
  }

  void answer(HttpRequest request, HttpAnswer answer) throws IOException {
    boolean isPost = request.method().equals("POST");
    if (!isPost && !request.method().equals("GET")) {
      Replies.error(answer, PATH, 405, "GET with route and text, or POST with a chat request");
      return;
    }
    Map<String, String> asked = parameters(request.query().orElse(""));
    RoutingRequest what;
    String model;
    try {
      if (isPost) {
        model = Envelope.read(request.body()).model();
        what = Choice.request(Api.CHAT, request.body(), Optional.empty());
      } else {
        model = asked.getOrDefault("model", "");
        what = RoutingRequest.of(asked.getOrDefault("text", ""));
      }
    } catch (TreadleException e) {
      Replies.error(answer, PATH, 400, String.valueOf(e.getMessage()));
      return;
    }
    Optional<RouteSettings> route = route(asked.get("route"), model);
    if (route.isEmpty() || !caller.mayUse(route.get().name())) {
      Replies.error(answer, PATH, 404, "there is no such route that this key may use");
      return;
    }
    Replies.json(answer, 200, preview(route.get(), what));
  }

  private Optional<RouteSettings> route(@Nullable String name, String model) {
    if (name != null) {
      return routes.named(name);
    }
    return model.isEmpty() ? routes.named(Routes.DEFAULT) : routes.forModel(model);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String each : query.split("&", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        parameters.put(each.substring(0, equals), decoded(each.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // A lone percent sign means itself.
    }
  }

  private ObjectNode preview(RouteSettings route, RoutingRequest request) {
    double random = core.random().nextDouble();
    Policy policy = route.policy();
    Decision decision = policy.choose(request, SessionState.EMPTY, random);
    ObjectNode preview =
        Json.object().put("route", route.name()).put("policy", policy.name()).put("random", random);
    preview.setAll(Choice.shown(decision));
    learned(policy).ifPresent(it -> explain(preview, it.explain(request)));
    return preview;
  }

  private static Optional<Policy.Learned> learned(Policy policy) {
    return switch (policy) {
      case Policy.Learned it -> Optional.of(it);
      case Policy.Canary(Policy live, Policy candidate, double _) ->
          learned(candidate).or(() -> learned(live));
      case Policy.Versioned it -> learned(it.policy());
      case Policy.Chain _, Policy.Weighted _, Policy.Classified _ -> Optional.empty();
    };
  }

  private static void explain(ObjectNode preview, Explanation explanation) {
    preview.put("workload", explanation.workload());
    preview.put("observations", explanation.observations());
    ObjectNode expected = preview.putObject("expected");
    for (Explanation.Of it : explanation.models()) {
      expected
          .putObject(it.model())
          .put("quality", it.quality())
          .put("deviation", it.deviation())
          .put("cost_usd", it.costUsd())
          .put("utility", it.utility())
          .put("probability", it.probability())
          .put("everywhere", it.everywhere())
          .put("prior", it.prior())
          .put("refinement", it.refinement());
    }
  }
}
