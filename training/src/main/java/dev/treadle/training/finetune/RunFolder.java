package dev.treadle.training.finetune;

import dev.treadle.training.NewFile;
import dev.treadle.training.TrainingError;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.LossCurve;
import dev.treadle.training.report.TrainingLog;
import dev.treadle.training.report.TrainingReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a run: checkpoints, log, curve, report and result. */
public record RunFolder(Path path) {
  /**
   * Makes it.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#OUTPUT_EXISTS} if a result
   *     is there, or anything where nothing is resumed
   */
  public void begin(boolean resumes) {
    try {
      if (Files.exists(path.resolve(FineTuning.FINAL_MODEL))) {
        throw TrainingError.OUTPUT_EXISTS.because(
            path.resolve(FineTuning.FINAL_MODEL)
                + " is there already: the run is done; choose another folder");
      }
      if (!resumes && Files.isDirectory(path)) {
        try (Stream<Path> entries = Files.list(path)) {
          if (entries.findAny().isPresent()) {
            throw TrainingError.OUTPUT_EXISTS.because(
                path + " is not empty: resume the run that it holds, or choose another folder");
          }
        }
      }
      Files.createDirectories(path);
    } catch (IOException e) {
      throw TrainingError.writing(path, e);
    }
  }

  /** Makes curve and report of the log: of a run that failed, too. */
  public void draw(String dataset) {
    Path file = path.resolve(TrainingLog.NAME);
    if (!Files.exists(file)) {
      return;
    }
    List<LogEntry> entries = TrainingLog.read(file);
    NewFile.write(path.resolve("loss.png"), LossCurve.of(entries).png());
    NewFile.write(
        path.resolve("report.html"),
        TrainingReport.html(dataset, entries).getBytes(StandardCharsets.UTF_8));
  }
}
