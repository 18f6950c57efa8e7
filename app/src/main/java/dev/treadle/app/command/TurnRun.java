package dev.treadle.app.command;

import dev.treadle.app.wheel.CanaryEnd;
import dev.treadle.app.wheel.Comparisons;
import dev.treadle.app.wheel.PolicyTrial;
import dev.treadle.app.wheel.Promotion;
import dev.treadle.app.wheel.RouteGate.Judged;
import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.wheel.RouteTraining;
import dev.treadle.app.wheel.TurnReport;
import dev.treadle.app.wheel.TurnState;
import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Disk;
import dev.treadle.store.Lake;
import dev.treadle.store.Policies.Standing;
import dev.treadle.store.Run;
import dev.treadle.store.Runs;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One turn of the wheel: gather → curate → learn a router → gate → promote. Every step is kept when
 * it is done; a turn that was killed is taken up after its last step, with the comparisons that
 * were there when it began, and comes to the same result.
 */
final class TurnRun {
  private static final String ROLE = "turn";
  private static final String DATASET = "main";

  private final Workspace workspace;
  private final RouteStation station;
  private final boolean isDry;

  /**
   * What a turn did.
   *
   * @param dataset what curating made; empty where there was nothing to curate
   * @param policy what was learned; empty where there was nothing to learn from, or in a dry run
   * @param canary what a look at the canary found before that
   * @param judged what the gate found
   * @param promoted whether it let the policy through
   * @param why one line
   * @param report an HTML page beside the run's record
   */
  record Result(
      String run,
      String route,
      boolean resumed,
      boolean dry,
      Optional<String> dataset,
      Optional<Integer> policy,
      int learnedFrom,
      int heldOut,
      Map<String, Long> leftOut,
      Optional<CanaryEnd> canary,
      Optional<Judged> judged,
      boolean promoted,
      String why,
      Optional<Standing> standing,
      Optional<String> report) {}

  /** What the gate found, and what came of it. */
  private record Ruling(Judged judged, boolean promoted, String why, Optional<Standing> standing) {}

  /**
   * A turn.
   *
   * @param isDry learn and judge, but keep, curate and promote nothing
   */
  TurnRun(Workspace workspace, RouteStation station, boolean isDry) {
    this.workspace = workspace;
    this.station = station;
    this.isDry = isDry;
  }

  Result run() {
    if (isDry) {
      try (Lake lake = workspace.openReadOnly()) {
        TurnState state = TurnState.begin(station.name(), now(), 0);
        return learned(lake, state, false, "", Optional.empty());
      }
    }
    Disk.Lock role = claim();
    try (role) {
      return whole();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Instant now() {
    return workspace.machine().clock().instant();
  }

  private Disk.Lock claim() {
    try (Lake lake = workspace.open()) {
      return lake.state()
          .claim(ROLE)
          .orElseThrow(
              () ->
                  AppError.BUSY.because(
                      "another treadle turn is at work on " + lake.root() + ": wait for it"));
    }
  }

  private Result whole() {
    TurnState state;
    boolean isResumed;
    try (Lake lake = workspace.open()) {
      Optional<TurnState> unfinished = TurnState.unfinished(lake.state(), station.name());
      isResumed = unfinished.isPresent();
      state = unfinished.orElseGet(() -> TurnState.begin(station.name(), now(), lastDataset(lake)));
      state.save(lake.state());
    }
    if (!state.isCurated()) {
      state = state.curated(curate(state));
    }
    try (Lake lake = workspace.open();
        Run run =
            lake.runs()
                .start(
                    "turn",
                    Json.object()
                        .put("route", station.name())
                        .put("began", state.began().toString()),
                    List.of(Stream.COMPARISONS.folder()))) {
      state.save(lake.state());
      try {
        Result result = learned(lake, state, isResumed, run.id(), Optional.of(run.folder()));
        run.finish(
            result.promoted() ? Runs.Status.SUCCEEDED : Runs.Status.REFUSED,
            outputs(result),
            result.why());
        return result;
      } catch (TreadleException e) {
        state
            .over()
            .save(lake.state()); // It failed and was not killed: to take it up helps nobody.
        run.finish(Runs.Status.FAILED, List.of(), String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }

  private static List<String> outputs(Result result) {
    List<String> outputs = new ArrayList<>();
    result.dataset().ifPresent(it -> outputs.add("datasets/" + it));
    result.policy().ifPresent(it -> outputs.add("policies/" + it));
    return outputs;
  }

  private static int lastDataset(Lake lake) {
    return lake.datasets().names().contains(DATASET)
        ? lake.datasets().versions(DATASET).getLast().manifest().version()
        : 0;
  }

  /** The dataset's new version; the one that a killed turn had just made, if it had. */
  private Optional<String> curate(TurnState state) {
    try (Lake lake = workspace.open()) {
      if (lastDataset(lake) > state.datasetBefore()) {
        return lake.datasets().latest(DATASET).map(DatasetVersion::reference);
      }
      boolean isEmpty =
          lake.volume(Stream.EXAMPLES).count() == 0 && lake.volume(Stream.EXCHANGES).count() == 0;
      if (isEmpty) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(new CurateRun(workspace).run(DATASET).dataset());
    } catch (TreadleException e) {
      if (e.code() == AppError.NOT_FOUND) {
        return Optional.empty(); // The recipe leaves nothing: a router can be learned all the same.
      }
      throw e;
    }
  }

  private Result learned(
      Lake lake, TurnState state, boolean isResumed, String run, Optional<Path> folder) {
    Optional<CanaryEnd> canary =
        isDry ? CanaryEnd.look(lake, station, now()) : CanaryEnd.settle(lake, station, now());
    Comparisons comparisons = station.comparisons(lake, Optional.of(state.began()));
    if (comparisons.train().isEmpty()) {
      return finished(
          lake,
          state,
          comparisons.seen(),
          new Result(
              run,
              station.name(),
              isResumed,
              isDry,
              state.dataset(),
              Optional.empty(),
              0,
              comparisons.heldOut().size(),
              comparisons.leftOut(),
              canary,
              Optional.empty(),
              false,
              "there is no comparison to learn from",
              lake.policies().standing(station.name()),
              Optional.empty()),
          folder);
    }
    RouteTraining training = new RouteTraining(station, state.began());
    TurnState after = isDry ? state : kept(lake, state, training, comparisons);
    PolicyTrial trial =
        isDry
            ? PolicyTrial.of(lake, station, training.learn(comparisons))
            : PolicyTrial.of(lake, station, after.policy());
    Ruling ruling = ruled(lake, state, trial, comparisons, canary);
    return finished(
        lake,
        after,
        comparisons.seen(),
        new Result(
            run,
            station.name(),
            isResumed,
            isDry,
            state.dataset(),
            isDry ? Optional.empty() : Optional.of(trial.version()),
            comparisons.train().size(),
            comparisons.heldOut().size(),
            comparisons.leftOut(),
            canary,
            Optional.of(ruling.judged()),
            ruling.promoted(),
            ruling.why(),
            ruling.standing(),
            Optional.empty()),
        folder);
  }

  /** What the gate and the canary's trial say of a policy, and what became of it. */
  private Ruling ruled(
      Lake lake,
      TurnState state,
      PolicyTrial trial,
      Comparisons comparisons,
      Optional<CanaryEnd> canary) {
    Optional<Standing> before = lake.policies().standing(station.name());
    // Killed after its promotion: what it was judged against is what was live before.
    Optional<Standing> done = before.filter(it -> isPromoted(it, trial.version(), state));
    Judged judged =
        trial.judge(
            comparisons,
            done.filter(it -> it.canary().isEmpty()).isPresent()
                ? done.flatMap(Standing::previous)
                : before.flatMap(Standing::live));
    Optional<String> obstacle =
        judged.verdict().isBetter() && done.isEmpty()
            ? Promotion.obstacle(before, trial.version(), canary, now())
            : Optional.empty();
    boolean isBetter = done.isPresent() || (judged.verdict().isBetter() && obstacle.isEmpty());
    String why =
        obstacle
            .or(() -> done.map(Standing::why))
            .orElseGet(() -> String.join("; ", judged.verdict().reasons()));
    Optional<Standing> now =
        isBetter && !isDry && done.isEmpty()
            ? Optional.of(
                new Promotion(lake.policies(), station.name(), state.began())
                    .promote(trial.version(), station.canary(), why))
            : before;
    return new Ruling(judged, isBetter, why, now);
  }

  /** The turn with its policy in the lake. */
  private static TurnState kept(
      Lake lake, TurnState state, RouteTraining training, Comparisons comparisons) {
    int version =
        state
            .policy()
            .orElseGet(() -> training.keep(lake.policies(), training.learn(comparisons)).version());
    TurnState after = state.learned(version);
    after.save(lake.state());
    return after;
  }

  /** Whether this very turn let the policy decide, for all or for a share. */
  private static boolean isPromoted(Standing it, int version, TurnState state) {
    return it.canary().or(it::live).filter(decides -> decides == version).isPresent()
        && it.since().equals(state.began());
  }

  private Result finished(
      Lake lake,
      TurnState state,
      List<Comparisons.Seen> seen,
      Result result,
      Optional<Path> folder) {
    if (folder.isEmpty()) {
      return result;
    }
    Path page = folder.get().resolve("report.html");
    try {
      Files.writeString(
          page,
          TurnReport.page(
              new TurnReport.Content(
                  result.route(),
                  state.began(),
                  result.dataset(),
                  result.policy(),
                  result.learnedFrom(),
                  result.heldOut(),
                  result.leftOut(),
                  seen,
                  result.canary(),
                  result.judged(),
                  result.promoted(),
                  result.why(),
                  result.standing())));
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(page + " cannot be written: " + e.getMessage(), e);
    }
    state.over().save(lake.state());
    return new Result(
        result.run(),
        result.route(),
        result.resumed(),
        result.dry(),
        result.dataset(),
        result.policy(),
        result.learnedFrom(),
        result.heldOut(),
        result.leftOut(),
        result.canary(),
        result.judged(),
        result.promoted(),
        result.why(),
        result.standing(),
        Optional.of(page.toString()));
  }

  static void print(PrintStream out, Result it) {
    if (it.resumed()) {
      out.println("Takes up the turn that was interrupted.");
    }
    if (it.dry()) {
      out.println("A dry run: nothing is curated, kept or promoted.");
    }
    Table table = new Table();
    table.row("dataset", it.dataset().orElse("none: nothing to curate"));
    table.row("policy", it.policy().map(String::valueOf).orElse("none"));
    table.row("learned from", (long) it.learnedFrom());
    table.row("held out for the gate", (long) it.heldOut());
    it.leftOut().forEach((reason, count) -> table.row("left out: " + reason, count));
    table.print(out, "  ");
    it.canary().ifPresent(canary -> out.println("  " + canary.trial().why()));
    it.judged().ifPresent(judged -> RouteText.print(out, judged));
    out.println((it.promoted() ? "Promoted: " : "Refused: ") + it.why());
    RouteText.print(out, it.route(), it.standing());
    it.report().ifPresent(report -> out.println("Report: " + report));
  }
}
