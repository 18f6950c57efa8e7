package dev.treadle.app.command;

import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.training.TrainingError;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tokens.ChatEncoder;
import dev.treadle.training.tokens.ChatReader;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.DatasetReader;
import dev.treadle.training.tokens.LengthLimit;
import dev.treadle.training.tokens.TextEncoder;
import dev.treadle.training.tokens.TextReader;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The examples of a training, as tokens of its base.
 *
 * @param settings that they were read by: a row has no more tokens than the model has positions
 * @param validation nothing where there is nothing to judge by
 * @param notes what whoever trains should know, one line each
 */
record TrainMaterial(
    TrainingSettings settings, Dataset train, Optional<Dataset> validation, List<String> notes) {
  /**
   * Some templates write the day. A run that goes on tomorrow must see the same tokens, so it is
   * always this one, which Llama's template has where nobody says another.
   */
  private static final LocalDateTime DAY = LocalDateTime.of(2024, 7, 26, 0, 0);

  TrainMaterial {
    notes = List.copyOf(notes);
  }

  /**
   * Reads it.
   *
   * @param validation files to judge by; where there are none, the split of a lake's dataset
   * @param version the dataset that is meant, where the source is the lake
   */
  static TrainMaterial read(
      Path base,
      TrainSource source,
      List<Path> validation,
      TrainingSettings wanted,
      Optional<Lake> lake,
      Optional<DatasetVersion> version) {
    ModelShape shape = ModelShape.read(base);
    TrainingSettings settings = TrainOptions.within(wanted, shape.maxPositions());
    List<String> notes = new ArrayList<>();
    if (!settings.equals(wanted)) {
      notes.add(
          "max_length was lowered from "
              + wanted.rows().maxLength()
              + " to "
              + settings.rows().maxLength()
              + ", the positions of the model");
    }
    try (Tokenizer tokenizer = Tokenizer.open(base)) {
      tokenizer.requireFits(shape.vocabulary());
      Reading reading = reading(base, source, tokenizer, settings, lake);
      return switch (source) {
        case TrainSource.OfLake _ -> {
          DatasetVersion it = version.orElseThrow();
          Dataset train = reading.read(List.of(file(it, DatasetVersion.Split.TRAIN)));
          Optional<Dataset> judged =
              validation.isEmpty()
                  ? split(it, reading, notes)
                  : Optional.of(reading.read(validation));
          yield new TrainMaterial(settings, train, judged, notes);
        }
        case TrainSource.Chats it ->
            new TrainMaterial(
                settings, reading.read(it.files()), judged(validation, reading), notes);
        case TrainSource.Texts it ->
            new TrainMaterial(
                settings, reading.read(it.roots()), judged(validation, reading), notes);
      };
    }
  }

  /** How files become tokens. */
  @FunctionalInterface
  private interface Reading {
    Dataset read(List<Path> files);
  }

  private static Reading reading(
      Path base,
      TrainSource source,
      Tokenizer tokenizer,
      TrainingSettings settings,
      Optional<Lake> lake) {
    LengthLimit limit =
        LengthLimit.of(
            settings.rows().maxLength(),
            settings.rows().tooLong(),
            Runtime.getRuntime().maxMemory());
    return switch (source) {
      case TrainSource.Texts _ -> {
        TextEncoder encoder = new TextEncoder(tokenizer, limit.maxLength());
        yield roots -> TextReader.read(TextReader.files(roots), encoder, limit);
      }
      case TrainSource.OfLake _, TrainSource.Chats _ ->
          new DatasetReader(
                  new ChatReader(sha256 -> lake.flatMap(it -> text(it, sha256))),
                  new ChatEncoder(tokenizer, ChatTemplate.read(base), Map.of(), DAY),
                  limit)
              ::read;
    };
  }

  private static Optional<String> text(Lake lake, String sha256) {
    return lake.blobs().exists(sha256)
        ? Optional.of(new String(lake.blobs().get(sha256), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static Optional<Dataset> judged(List<Path> validation, Reading reading) {
    return validation.isEmpty() ? Optional.empty() : Optional.of(reading.read(validation));
  }

  /** Small datasets have nothing held out, or nothing that this model can be judged by. */
  private static Optional<Dataset> split(
      DatasetVersion version, Reading reading, List<String> notes) {
    if (version.manifest().counts().getOrDefault(DatasetVersion.Split.VAL.file(), 0L) == 0) {
      notes.add(version.reference() + " holds nothing out to judge by: its split val is empty");
      return Optional.empty();
    }
    try {
      return Optional.of(reading.read(List.of(file(version, DatasetVersion.Split.VAL))));
    } catch (TreadleException e) {
      if (e.code() != TrainingError.DATASET_EMPTY) {
        throw e;
      }
      notes.add("nothing is judged: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Path file(DatasetVersion version, DatasetVersion.Split split) {
    return version.folder().resolve(split.file());
  }
}
