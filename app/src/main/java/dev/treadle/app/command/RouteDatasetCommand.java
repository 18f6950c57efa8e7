package dev.treadle.app.command;

import dev.treadle.app.wheel.RouteDatasetSource;
import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.measure.score.BestAnswer;
import dev.treadle.routing.RouteDataset;
import dev.treadle.store.Lake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle route dataset}: labelled texts for a classifier. */
@Command(
    name = "dataset",
    description = RouteDatasetCommand.ABOUT,
    footer = {
      "",
      "Without --input: of the lake's comparisons, but for those that the gate judges by.",
      "Examples:",
      "  treadle export --as collected --to out/collected",
      "  treadle route dataset --output out/labels.jsonl --min-score 0.6 --route ask",
      "  treadle route dataset --input out/collected --output out/labels.jsonl --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RouteDatasetCommand implements Callable<Integer> {
  static final String ABOUT =
      "Write each compared question with the category of the model that answered it best.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "A collector's file, training_data_YYYYMMDD.jsonl, or a folder of them.")
  private @Nullable Path input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "Where the lines go, {\"text\", \"label\"} each; replaced if it is there.")
  private Path output = Path.of("");

  @Option(
      names = "--min-score",
      paramLabel = "SCORE",
      description = "A best answer below it labels nothing; in place of router.min-score.")
  private @Nullable Double minimumScore;

  @Mixin private RouteOption route = new RouteOption();

  /**
   * What was written.
   *
   * @param leftOut comparisons that label nothing, by reason
   */
  record Result(
      String output,
      int examples,
      Map<String, Long> leftOut,
      RouteDataset.Quality quality,
      String report) {}

  RouteDatasetCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    WheelSettings wheel = workspace.configuration().wheel();
    double least = minimumScore == null ? wheel.minimumScore() : minimumScore;
    if (!(least >= 0 && least <= 1)) {
      throw AppError.OPTION_INVALID.because(
          "--min-score: expected a score from 0 to 1, not " + least);
    }
    RouteDatasetSource source = new RouteDatasetSource(wheel);
    List<RouteDataset> made = new ArrayList<>();
    if (input == null) {
      RouteStation station = route.station(workspace);
      try (Lake lake = workspace.openReadOnly()) {
        made.add(source.of(station, station.comparisons(lake, Optional.empty()), least));
      }
    } else {
      for (Path file : files(machine.folder().resolve(input))) {
        made.add(source.of(file, least));
      }
    }
    Result result = write(together(made), source.leftOut());
    common.print(
        machine,
        result,
        it -> {
          machine.out().print(it.report());
          machine
              .out()
              .println("\nSaved " + it.examples() + " training examples to " + it.output());
        });
    return 0;
  }

  private static List<Path> files(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (java.util.stream.Stream<Path> entries = Files.list(place)) {
      List<Path> files = entries.filter(it -> it.toString().endsWith(".jsonl")).sorted().toList();
      if (files.isEmpty()) {
        throw AppError.NOT_FOUND.because(place + " has no .jsonl file");
      }
      return files;
    } catch (IOException e) {
      throw AppError.NOT_FOUND.because(place + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static RouteDataset together(List<RouteDataset> parts) {
    List<RouteDataset.Line> lines = new ArrayList<>();
    Map<BestAnswer.None, Integer> leftOut = new TreeMap<>();
    for (RouteDataset part : parts) {
      lines.addAll(part.lines());
      part.leftOut().forEach((reason, count) -> leftOut.merge(reason, count, Integer::sum));
    }
    return new RouteDataset(lines, leftOut);
  }

  private Result write(RouteDataset dataset, Map<String, Long> others) {
    Path file = machine.folder().resolve(output);
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.write(file, dataset.lines().stream().map(RouteDataset.Line::json).toList());
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(file + " cannot be written: " + e.getMessage(), e);
    }
    Map<String, Long> leftOut = new TreeMap<>(others);
    dataset
        .leftOut()
        .forEach(
            (reason, count) -> leftOut.put(reason.name().toLowerCase(Locale.ROOT), (long) count));
    return new Result(
        file.toString(), dataset.lines().size(), leftOut, dataset.quality(), dataset.report());
  }
}
