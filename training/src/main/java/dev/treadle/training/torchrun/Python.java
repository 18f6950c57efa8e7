package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A Python with what a training in processes needs.
 *
 * @param program its path
 * @param gpus that it can compute on
 */
record Python(String program, int gpus) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Asks for versions without loading anything but torch, which knows of GPUs. */
  private static final String QUESTION =
      """
      import importlib.metadata, json, sys
      def version(name):
          try:
              return importlib.metadata.version(name)
          except importlib.metadata.PackageNotFoundError:
              return None
      said = {name: version(name) for name in sys.argv[1:]}
      said["python"] = "%d.%d" % sys.version_info[:2]
      try:
          import torch
          said["gpus"] = torch.cuda.device_count()
      except Exception as trouble:
          said["trouble"] = repr(trouble)
      print("\\nTREADLE " + json.dumps(said))
      """;

  private static final Pattern ANSWER = Pattern.compile("(?m)^TREADLE (\\{.*})$");
  private static final Pattern VERSION =
      Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?.*");

  /** The program that is meant: the one that was named, or what the environment says. */
  static String find(Optional<String> named, Map<String, String> environment) {
    Optional<String> meant =
        named
            .or(() -> Optional.ofNullable(environment.get("TREADLE_PYTHON")))
            .filter(it -> !it.isBlank());
    if (meant.isPresent() && meant.get().contains("/")) {
      if (!Files.isExecutable(Path.of(meant.get()))) {
        throw TrainingError.PYTHON_UNFIT.because(
            "there is no program " + meant.get() + ": name Python by --python or TREADLE_PYTHON");
      }
      return Path.of(meant.get()).toAbsolutePath().toString();
    }
    List<String> names = meant.map(List::of).orElse(List.of("python3", "python"));
    for (String name : names) {
      for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
        Path program = Path.of(folder).resolve(name);
        if (!folder.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program)) {
          return program.toAbsolutePath().toString();
        }
      }
    }
    throw TrainingError.PYTHON_UNFIT.because(
        "there is no "
            + String.join(" or ", names)
            + " on the path: name Python by --python or TREADLE_PYTHON");
  }

  /**
   * Asks it what it has.
   *
   * @throws TreadleException {@link TrainingError#PYTHON_UNFIT} that says what to install
   */
  static Python ask(
      String program, Map<String, String> environment, Strategy strategy, boolean isLora) {
    Map<String, String> needed = needed(strategy, isLora);
    List<String> words = new ArrayList<>(List.of(program, "-c", QUESTION));
    words.addAll(needed.keySet());
    JsonNode answer = answer(program, words, environment);
    List<String> missing = new ArrayList<>();
    needed.forEach(
        (name, least) -> {
          String found = answer.path(name).asString("");
          if (found.isEmpty()) {
            missing.add(name + " (not there)");
          } else if (isBelow(found, least)) {
            missing.add(name + " >= " + least + " (" + found + " is there)");
          } else if (name.equals("transformers")
              && found.equals("5.1.0")
              && strategy == Strategy.DEEPSPEED) {
            missing.add("transformers != 5.1.0 (it fails with DeepSpeed)");
          }
        });
    if (!missing.isEmpty()) {
      throw TrainingError.PYTHON_UNFIT.because(
          program
              + " lacks "
              + String.join(", ", missing)
              + ": "
              + program
              + " -m pip install -U "
              + String.join(" ", needed.keySet()));
    }
    if (answer.has("trouble")) {
      throw TrainingError.PYTHON_UNFIT.because(
          program + " cannot load torch: " + answer.path("trouble").asString(""));
    }
    return new Python(program, answer.path("gpus").asInt(0));
  }

  private static Map<String, String> needed(Strategy strategy, boolean isLora) {
    Map<String, String> needed = new LinkedHashMap<>();
    needed.put("torch", "2.4");
    needed.put("transformers", "4.56.2");
    needed.put("accelerate", "1.4");
    if (isLora) {
      needed.put("peft", "0.15");
    }
    if (strategy == Strategy.DEEPSPEED) {
      needed.put("deepspeed", "0.14.4");
    }
    return needed;
  }

  private static JsonNode answer(
      String program, List<String> words, Map<String, String> environment) {
    Path output;
    try {
      output = Files.createTempFile("treadle-python", ".txt");
    } catch (IOException e) {
      throw TrainingError.writing(Path.of("a temporary file"), e);
    }
    try {
      Child child = Child.start(words, Path.of("/"), environment, output);
      if (!child.ends(PATIENCE)) {
        child.end(Duration.ZERO);
        throw TrainingError.PYTHON_UNFIT.because(
            program + " did not say within " + PATIENCE.toMinutes() + " minutes what it has");
      }
      String said = Child.said(output);
      Matcher matcher = ANSWER.matcher(said);
      if (child.code() != 0 || !matcher.find()) {
        throw TrainingError.PYTHON_UNFIT.because(
            program + " is no Python that works: " + Failure.lastLines(said));
      }
      return Json.read(matcher.group(1));
    } finally {
      try {
        Files.deleteIfExists(output);
      } catch (IOException _) {
        // A small file in a temporary folder does no harm.
      }
    }
  }

  static boolean isBelow(String found, String least) {
    int[] have = numbers(found);
    int[] want = numbers(least);
    for (int i = 0; i < want.length; i++) {
      if (have[i] != want[i]) {
        return have[i] < want[i];
      }
    }
    return false;
  }

  private static int[] numbers(String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches()) {
      return new int[3];
    }
    return new int[] {
      Integer.parseInt(matcher.group(1)),
      Integer.parseInt(matcher.group(2)),
      matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3))
    };
  }
}
