package dev.treadle.training;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * A JSON file of a model's or an adapter's folder, as it was read.
 *
 * @param wrong the failure if it is not what it should be
 */
public record JsonFile(Path file, JsonNode root, TrainingError wrong) {
  /**
   * Reads it.
   *
   * @param mostBytes a longer one is refused
   * @throws TreadleException if it is not there, too long, or no JSON
   */
  public static JsonFile read(Path file, int mostBytes, TrainingError wrong) {
    byte[] bytes = bytes(file, mostBytes, wrong);
    try {
      return new JsonFile(file, Json.read(bytes), wrong);
    } catch (TreadleException e) {
      throw wrong.because(file + " is " + e.getMessage(), e);
    }
  }

  /**
   * The bytes of a file from outside, whatever they are.
   *
   * @param tooLong the failure if there are more than {@code mostBytes}
   */
  public static byte[] bytes(Path file, int mostBytes, TrainingError tooLong) {
    try {
      if (Files.size(file) > mostBytes) {
        throw tooLong.because(file + " is longer than " + mostBytes + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  public JsonNode path(String name) {
    return root.path(name);
  }

  /** Whether something stands there, and not null. */
  public boolean has(String name) {
    return !path(name).isMissingNode() && !path(name).isNull();
  }

  /** The failure of a file that says what cannot be. */
  public TreadleException invalid(String what) {
    return wrong.because(file + " is not valid: " + what);
  }
}
