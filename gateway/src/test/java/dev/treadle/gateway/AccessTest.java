package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.scripted.Received;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.store.Lake;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what. */
class AccessTest {
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final Script HI = Script.of(Rule.always().say("hi"));

  @TempDir Path folder;

  private boolean letsIn(String listens, Set<String> hosts, Headers headers) {
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, URI.create("http://127.0.0.1:1"))
            .route("default", "a");
    try (Lake lake = plan.lake()) {
      Access access =
          new Access(ApiKeys.read(lake.state()), at(plan.settings(), listens, hosts).listener());
      return access.refusal(headers).isEmpty();
    }
  }

  private RunningGateway.Plan plan() {
    return RunningGateway.in(folder)
        .upstream("a", UpstreamSettings.Kind.OPENAI, HI)
        .route("default", "a")
        .route("fast", "a/small");
  }

  private static String key(
      Lake lake, String name, boolean admin, boolean internal, String... may) {
    return ApiKeys.create(
            lake.state(),
            new ApiKeys.Grant(name, Set.of(may), admin, internal),
            Instant.EPOCH,
            new Random(name.hashCode()))
        .value();
  }

  private static GatewaySettings at(GatewaySettings it, String host, Set<String> hosts) {
    GatewaySettings.Listener listener = it.listener();
    return it.withListener(
        new GatewaySettings.Listener(
            host,
            listener.port(),
            hosts,
            Set.of("https://chat.example.com"),
            listener.maxRequestBytes(),
            listener.drain(),
            listener.logsRequests()));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, localhost, true",
    "127.0.0.1, LOCALHOST:8484, true",
    "127.0.0.1, 127.0.0.1:1, true",
    "127.0.0.1, [::1]:8484, true",
    "127.0.0.1, [::1], true",
    "127.0.0.1, models.example.com:80, true",
    "127.0.0.1, Models.Example.Com, true",
    "127.0.0.1, 127.0.0.2, false",
    "127.0.0.2, 127.0.0.2:8484, true",
    "::1, [::1]:8484, true",
    "127.0.0.1, evil.com, false",
    "127.0.0.1, localhost.evil.com:8484, false",
    "127.0.0.1, evil.com@localhost, false",
    "127.0.0.1, [::1].evil.com, false",
    "127.0.0.1, ::1, false",
    "127.0.0.1, '', false",
    "10.0.0.5, 10.0.0.5:8484, true",
    "10.0.0.5, evil.com, false",
  })
  void answersOnlyUnderItsOwnNames(String listens, String host, boolean isLetIn) {
    Headers headers = new Headers().add("Host", host);
    assertThat(letsIn(listens, Set.of("Models.example.com"), headers)).isEqualTo(isLetIn);
  }

  @ParameterizedTest
  @CsvSource({
    "https://chat.example.com, true",
    "http://chat.example.com, false",
    "https://chat.example.com.evil.com, false",
    "http://localhost:8484, false",
    "null, false",
  })
  void answersOnlyItsOwnWebPages(String origin, boolean isLetIn) {
    Headers headers = new Headers().add("host", "localhost").add("origin", origin);
    assertThat(letsIn("127.0.0.1", Set.of(), headers)).isEqualTo(isLetIn);
  }

  @Test
  void aWebPageThatMayCallCanReadTheAnswer() {
    try (RunningGateway gateway = plan().but(it -> at(it, "127.0.0.1", Set.of())).start()) {
      HttpResponse<String> asked =
          RunningGateway.send(
              HttpRequest.newBuilder(gateway.url("/v1/chat/completions"))
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                  .header("origin", "https://chat.example.com")
                  .header("access-control-request-method", "POST")
                  .header("access-control-request-headers", "authorization,content-type")
                  .build());
      HttpResponse<String> answer =
          gateway.post("/v1/chat/completions", CHAT, "origin", "https://chat.example.com");
      HttpResponse<String> others =
          gateway.post("/v1/chat/completions", CHAT, "origin", "https://evil.com");

      assertThat(asked.statusCode()).isEqualTo(200);
      assertThat(asked.headers().firstValue("access-control-allow-headers"))
          .contains("authorization,content-type");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("access-control-allow-origin"))
          .contains("https://chat.example.com");
      assertThat(others.statusCode()).isEqualTo(403);
      assertThat(others.headers().firstValue("access-control-allow-origin")).isEmpty();
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
    }
  }

  @Test
  void asksForAKeyWhereThereAreSome() {
    RunningGateway.Plan plan = plan();
    String ann = key(plan.lake(), "ann", false, false);
    String bob = key(plan.lake(), "bob", false, false, "fast");
    try (RunningGateway gateway = plan.withKeys().start()) {
      String path = "/v1/chat/completions";
      assertThat(gateway.post(path, CHAT).statusCode()).isEqualTo(401);
      assertThat(gateway.post(path, CHAT, "authorization", "Bearer tk_" + "x").statusCode())
          .isEqualTo(401);
      for (String[] shown :
          new String[][] {
            {"authorization", "Bearer " + ann},
            {"authorization", "bearer  " + ann},
            {"x-api-key", ann},
            {"x-treadle-key", ann},
            {"x-api-key", "sk-" + "upstreams", "authorization", "Bearer " + ann},
            {"x-treadle-key", ann, "authorization", "Bearer sk-" + "upstreams"}
          }) {
        assertThat(gateway.post(path, CHAT, shown).statusCode()).isEqualTo(200);
      }
      HttpResponse<String> forbidden = gateway.post(path, CHAT, "x-treadle-key", bob);
      assertThat(forbidden.statusCode()).isEqualTo(403);
      assertThat(Json.read(forbidden.body()).at("/error/message").asString())
          .contains("'bob'", "'default'");
      assertThat(
              gateway
                  .post(path, CHAT, "x-treadle-key", bob, "x-treadle-route", "fast")
                  .statusCode())
          .isEqualTo(200);
      HttpResponse<String> messages = gateway.post("/v1/messages", CHAT);
      assertThat(Json.read(messages.body()).at("/type").asString()).isEqualTo("error");
      assertThat(gateway.get("/v1/files/1", "x-treadle-key", bob).statusCode()).isEqualTo(403);
      assertThat(gateway.get("/v1/models").statusCode()).isEqualTo(401);
      assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aKeysTextIsNowhereInTheLakeAndGoesToNoUpstream() throws IOException {
    RunningGateway.Plan plan = plan();
    String key = key(plan.lake(), "ann", false, false);
    plan.upstream(
        "clients",
        UpstreamSettings.Kind.OPENAI,
        plan.started(0).baseUrl(),
        new UpstreamSettings.Credentials.Clients());
    plan.route("through", "clients");
    try (RunningGateway gateway = plan.withKeys().start()) {
      for (String route : List.of("default", "through")) {
        for (String[] shown :
            new String[][] {
              {"authorization", "Bearer " + key},
              {"authorization", "Bearer  " + key},
              {"x-api-key", key},
              {"x-treadle-key", key, "authorization", "Bearer sk-" + "own", "x-api-key", key}
            }) {
          List<String> headers = new java.util.ArrayList<>(List.of(shown));
          headers.addAll(List.of("x-treadle-route", route));
          assertThat(
                  gateway
                      .post("/v1/chat/completions", CHAT, headers.toArray(String[]::new))
                      .statusCode())
              .isEqualTo(200);
          assertThat(gateway.get("/v1/files", headers.toArray(String[]::new)).statusCode())
              .isEqualTo(404);
        }
      }
      gateway.get("/v1/models", "x-api-key", key);
      List<Received> received = gateway.upstream(0).received();
      assertThat(received).hasSizeGreaterThan(16);
      for (Received it : received) {
        assertThat(it.headers().toString()).doesNotContain("tk_").doesNotContain("x-treadle");
      }
      assertThat(received).anyMatch(it -> it.header("authorization").isPresent());
      gateway.kept();
    }
    assertThat(texts(folder)).contains("ann").doesNotContain(key).doesNotContain(key.substring(3));
  }

  private static String texts(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void onlyAdminKeysMayAdminister() {
    RunningGateway.Plan plan = plan();
    assertThat(plan.lake().state().read("api-keys")).isEmpty();
    String user = key(plan.lake(), "ann", false, true);
    String admin = key(plan.lake(), "root", true, false);
    try (RunningGateway gateway = plan.withKeys().start()) {
      assertThat(gateway.get("/admin/status").statusCode()).isEqualTo(401);
      assertThat(gateway.get("/admin/status", "x-treadle-key", user).statusCode()).isEqualTo(401);
      HttpResponse<String> status = gateway.get("/admin/status", "x-treadle-key", admin);
      assertThat(Json.read(status.body()).at("/upstreams/0/breaker").asString())
          .isEqualTo("closed");
      HttpResponse<String> keys = gateway.get("/admin/keys", "x-treadle-key", admin);
      assertThat(Json.read(keys.body()).at("/keys/1/name").asString()).isEqualTo("root");
      assertThat(keys.body()).doesNotContain("hash").doesNotContain("tk_");
      assertThat(gateway.get("/admin/x", "x-treadle-key", admin).statusCode()).isEqualTo(404);
      assertThat(gateway.post("/admin/keys", "{}", "x-treadle-key", admin).statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void withoutKeysNobodyAdministers() {
    try (RunningGateway gateway = plan().start()) {
      assertThat(gateway.get("/admin/status").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void onlyInternalKeysSayWhatTheyCallFor() {
    RunningGateway.Plan plan = plan();
    String user = key(plan.lake(), "ann", true, false);
    String judge = key(plan.lake(), "judge", false, true);
    try (RunningGateway gateway = plan.withKeys().start()) {
      String path = "/v1/chat/completions";
      gateway.post(path, CHAT, "x-treadle-key", user, "x-treadle-purpose", "judge");
      gateway.post(path, CHAT, "x-treadle-key", judge, "x-treadle-purpose", "Judge");
      gateway.post(path, CHAT, "x-treadle-key", judge, "x-treadle-purpose", "nonsense");
      assertThat(gateway.kept())
          .extracting(Exchange::purpose)
          .containsExactly(Purpose.USER, Purpose.JUDGE, Purpose.USER);
    }
  }

  @Test
  void whereOthersCanAskItDoesNotStartWithoutAKey() {
    RunningGateway.Plan plan = plan().but(it -> at(it, "0.0.0.0", Set.of()));
    assertThatThrownBy(plan::start)
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("treadle key create");
    plan.lake().close();
  }

  @Test
  void whereOthersCanAskTheLastRevokedKeyOpensNothing() {
    RunningGateway.Plan plan = plan().but(it -> at(it, "0.0.0.0", Set.of()));
    String key = key(plan.lake(), "ann", false, false);
    try (RunningGateway gateway = plan.withKeys().start()) {
      String path = "/v1/chat/completions";
      assertThat(gateway.post(path, CHAT, "x-treadle-key", key).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/metrics", "x-treadle-key", key).statusCode()).isEqualTo(401);

      ApiKeys.revoke(gateway.lake().state(), "ann");
      GatewaySettings local = at(plan.settings(), "127.0.0.1", Set.of());
      gateway.gateway().reload(local, ApiKeys.read(gateway.lake().state()));

      assertThat(gateway.post(path, CHAT, "x-treadle-key", key).statusCode()).isEqualTo(401);
      assertThat(gateway.post(path, CHAT).statusCode()).isEqualTo(401);
      assertThat(gateway.get("/metrics").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void keysAreNamedOnceAndRevokedByName() {
    try (Lake lake = dev.treadle.store.Lakes.create(folder, 3)) {
      String key = key(lake, "ann", false, false);
      assertThatThrownBy(() -> key(lake, "ann", false, false)).hasMessageContaining("'ann'");
      assertThatThrownBy(() -> key(lake, "-x", false, false)).hasMessageContaining("'-x'");
      assertThatThrownBy(() -> ApiKeys.revoke(lake.state(), "bob")).hasMessageContaining("'bob'");
      assertThat(ApiKeys.read(lake.state()).find(key)).isPresent();
      ApiKeys.revoke(lake.state(), "ann");
      assertThat(ApiKeys.read(lake.state()).find(key)).isEmpty();
      assertThat(new Secret(key)).hasToString("***");
    }
  }

  @Test
  void listsAskNoVendorWithTheOthersCredentials() {
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream("unused", UpstreamSettings.Kind.OPENAI, HI)
            .upstream("unused2", UpstreamSettings.Kind.ANTHROPIC, HI);
    URI openAi = plan.started(0).baseUrl();
    URI anthropic = plan.started(1).baseUrl();
    UpstreamSettings.Credentials clients = new UpstreamSettings.Credentials.Clients();
    plan.upstream("o", UpstreamSettings.Kind.OPENAI, openAi, clients)
        .upstream("c", UpstreamSettings.Kind.ANTHROPIC, anthropic, clients)
        .route("default", "o")
        .route("claude", "c");
    try (RunningGateway gateway = plan.start()) {
      gateway.get("/v1/models", "authorization", "Bearer sk-" + "openai");
      assertThat(gateway.upstream(1).receivedCount()).isZero();
      gateway.get("/v1/models", "x-api-key", "sk-ant", "anthropic-version", "2023-06-01");
      assertThat(gateway.upstream(1).receivedCount()).isEqualTo(1);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
    }
  }
}
