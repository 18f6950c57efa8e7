package dev.treadle.app.command;

import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.gateway.EventLog;
import dev.treadle.gateway.collect.DataPoint;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The demo's wheel: four models of different strengths are asked, compared and scored, a router is
 * learned from that, and goes live while the gateway runs.
 */
final class DemoWheel {
  /** Where the questions are, in the workspace. */
  static final String EXAM = "exam.jsonl";

  static final String ROUTE = "ask";

  /** Follows {@link DemoTraffic#CONFIGURATION}, whose sections it adds to. */
  static final String CONFIGURATION =
      """

      # The wheel: what users ask of the route is also put to all four models, their answers are scored by the
      # answers that are known to be right, and treadle turn learns from it whom to ask.
      data_collection:
        enabled: true
        mode: training
        sampling_rate: 1.0
        training:
          candidate_models: [generalist/general-3b, mathematician/math-7b, programmer/code-7b, physician/medicine-7b]
      evaluate:
        references: exam.jsonl
        judge: judge/strict
      router:
        categories: {general-3b: general, math-7b: math, code-7b: code, medicine-7b: medicine}
      """;

  /** The models, and how good each is. */
  static final String UPSTREAMS =
      """
        generalist:
          kind: scripted
          prices: {"*": {input: 0.1, output: 0.4}}
          script: {exam: exam.jsonl, seed: 1, strength: 0.6, strengths: {language: 0.9}}
        mathematician:
          kind: scripted
          prices: {"*": {input: 0.3, output: 0.9}}
          script: {exam: exam.jsonl, seed: 2, strength: 0.3, strengths: {math: 0.95}}
        programmer:
          kind: scripted
          prices: {"*": {input: 0.3, output: 0.9}}
          script: {exam: exam.jsonl, seed: 3, strength: 0.3, strengths: {code: 0.93}}
        physician:
          kind: scripted
          prices: {"*": {input: 0.3, output: 0.9}}
          script: {exam: exam.jsonl, seed: 4, strength: 0.3, strengths: {medicine: 0.92}}
        judge:
          kind: scripted
          script: {rules: [{when: {contains: "I think it is"}, answer: '{"score": 2}'}, {answer: '{"score": 8}'}]}
      """;

  /** The route that learns. */
  static final String ROUTES =
      """
        ask: {to: [generalist/general-3b, mathematician/math-7b, programmer/code-7b, physician/medicine-7b], policy: learned}
      """;

  private static final int LABELLED = 40;
  private static final int COMPARED = 300;
  private static final int FRESH = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Workspace workspace;
  private final List<ObjectNode> questions = DemoQuestions.all();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * What it showed.
   *
   * @param one the turn after one comparison
   * @param before right answers among the first questions, by the route as it was configured
   * @param turn the turn after all of them
   * @param after right answers among fresh questions, by what the turn promoted
   * @param askedAfter whom those went to
   */
  record Result(
      TurnRun.Result one,
      int asked,
      int before,
      TurnRun.Result turn,
      int fresh,
      int after,
      List<Asked> askedAfter) {}

  /** How many questions went to a target. */
  record Asked(String target, int questions) {}

  DemoWheel(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Writes the questions into the workspace, and some answers with labels. */
  static void unpack(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> labelled = new ArrayList<>();
    for (ObjectNode it : DemoQuestions.all()) {
      lines.add(it.toString());
      if (labelled.size() < LABELLED) {
        boolean isGood = labelled.size() % 2 == 0;
        ObjectNode answer = Json.object();
        answer.set("question", it.path("question"));
        answer.set("answer", it.path(isGood ? "reference" : "wrong"));
        labelled.add(answer.put("label", isGood).toString());
      }
    }
    Files.write(folder.resolve(EXAM), lines);
    Files.write(folder.resolve("labelled.jsonl"), labelled);
  }

  Result run() {
    try (ServeRun serving = ServeRun.start(workspace, Optional.empty(), EventLog.SILENT)) {
      serving.watch();
      RouteStation station = RouteStation.of(workspace, Optional.of(ROUTE));
      Map<String, Integer> asked = new TreeMap<>();
      int others = compared(); // What the demo's other clients asked was compared too.
      int before = ask(serving.url(), 0, 1, asked);
      await(others + 1);
      TurnRun.Result one = new TurnRun(workspace, station, false).run();
      before += ask(serving.url(), 1, COMPARED, asked);
      await(others + COMPARED);
      TurnRun.Result turn = new TurnRun(workspace, station, false).run();
      if (turn.promoted()) {
        awaitLearned(serving.url());
      }
      asked.clear();
      int after = ask(serving.url(), COMPARED, COMPARED + FRESH, asked);
      serving.drain();
      List<Asked> askedAfter =
          asked.entrySet().stream().map(it -> new Asked(it.getKey(), it.getValue())).toList();
      return new Result(one, COMPARED, before, turn, FRESH, after, askedAfter);
    }
  }

  /** Asks the questions from one number to another; counts the right answers. */
  private int ask(URI gateway, int from, int to, Map<String, Integer> targets) {
    int right = 0;
    for (ObjectNode item : questions.subList(from, to)) {
      HttpResponse<byte[]> response = post(gateway, item.path("question").stringValue());
      String target = response.headers().firstValue("x-treadle-target").orElse("nobody");
      targets.merge(target, 1, Integer::sum);
      JsonNode answer = Json.read(response.body()).at("/choices/0/message/content");
      right += answer.asString("").equals(item.path("reference").stringValue()) ? 1 : 0;
    }
    return right;
  }

  private HttpResponse<byte[]> post(URI gateway, String question) {
    ObjectNode body = Json.object().put("model", ROUTE);
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve("/v1/chat/completions"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw AppError.NO_ANSWER.because("the demo's gateway does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AppError.NO_ANSWER.because("the demo was interrupted", e);
    }
  }

  /** Waits until so many questions were compared. */
  private void await(int wanted) {
    waitFor(() -> compared() >= wanted, wanted + " comparisons");
  }

  private int compared() {
    int count = 0;
    try (Lake lake = workspace.openReadOnly();
        Lines lines = lake.latest(Stream.COMPARISONS)) {
      while (lines.hasNext()) {
        count +=
            ExampleCodec.decode(lines.next().json()) instanceof Comparison it
                    && DataPoint.isAnswered(it)
                ? 1
                : 0;
      }
    }
    return count;
  }

  /** Waits until the gateway has taken the promoted policy over. */
  private void awaitLearned(URI gateway) {
    waitFor(
        () ->
            post(gateway, "In Python, what does print(len('ab' * 3)) print?")
                .headers()
                .firstValue("x-treadle-source")
                .filter("learned"::equals)
                .isPresent(),
        "the promoted policy");
  }

  private void waitFor(java.util.function.BooleanSupplier isThere, String what) {
    long end = workspace.machine().nanos().getAsLong() + PATIENCE.toNanos();
    while (!isThere.getAsBoolean()) {
      if (workspace.machine().nanos().getAsLong() - end > 0) {
        throw AppError.NO_ANSWER.because("the demo waited for " + what + " in vain");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  static List<String> text(Result it) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "After one comparison: "
            + (it.one().promoted() ? "promoted?" : "refused, as it should be: ")
            + it.one().why());
    lines.add(
        String.format(
            Locale.ROOT,
            "%d questions to the route as configured (always %s): %d answered rightly, %.0f %%",
            it.asked(),
            "general-3b",
            it.before(),
            100.0 * it.before() / it.asked()));
    return lines;
  }

  static List<String> afterwards(Result it) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d fresh questions, by what was learned, without a restart: %d answered rightly, %.0f %%",
            it.fresh(),
            it.after(),
            100.0 * it.after() / it.fresh()));
    for (Asked asked : it.askedAfter()) {
      lines.add(String.format(Locale.ROOT, "%5d  to %s", asked.questions(), asked.target()));
    }
    return lines;
  }
}
