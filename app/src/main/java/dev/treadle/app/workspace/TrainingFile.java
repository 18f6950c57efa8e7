package dev.treadle.app.workspace;

import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A file that says how to train: YAML with the sections {@code lora} and {@code training}. */
public final class TrainingFile {
  private static final long MOST_BYTES = 1 << 20;

  private TrainingFile() {}

  /**
   * What it says, as JSON.
   *
   * @throws dev.treadle.transcript.TreadleException if it is not there or is no YAML of that form
   */
  public static ObjectNode read(Path file) {
    String yaml = text(file);
    JsonNode tree;
    try {
      tree = yaml.isBlank() ? Json.object() : new YAMLMapper().readTree(yaml);
    } catch (JacksonException e) {
      throw AppError.CONFIGURATION_INVALID.because(
          file
              + " is not YAML: "
              + Configuration.said(e)
              + " (line "
              + e.getLocation().getLineNr()
              + ")",
          e);
    }
    if (tree.isNull() || tree.isMissingNode()) {
      return Json.object();
    }
    if (tree instanceof ObjectNode sections) {
      return sections;
    }
    throw AppError.CONFIGURATION_INVALID.because(
        file + ": expected the sections lora and training, with keys and values below them");
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw AppError.CONFIGURATION_INVALID.because(
            file + " has over " + MOST_BYTES + " bytes: it is no file of settings");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw AppError.NOT_FOUND.because("there is no " + file, e);
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
