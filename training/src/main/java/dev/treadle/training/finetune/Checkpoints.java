package dev.treadle.training.finetune;

import dev.treadle.training.NewFolder;
import dev.treadle.training.TrainingError;
import dev.treadle.training.tensor.AdamW;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The checkpoints of a run: folders {@code checkpoint-<step>}, each there whole or not at all, with
 * what was made so far and what the next step needs.
 */
final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,9})");
  private static final String STATE = "trainer_state.json";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String DOOMED = ".deleting-";

  private final Path output;
  private final RunIdentity identity;
  private final Product product;

  Checkpoints(Path output, RunIdentity identity, Product product) {
    this.output = output;
    this.identity = identity;
    this.product = product;
  }

  static String name(int step) {
    return "checkpoint-" + step;
  }

  Path folder(int step) {
    return output.resolve(name(step));
  }

  /** Keeps one. */
  void save(Standing standing, AdamW optimizer) {
    Path folder = folder(standing.step());
    delete(folder);
    try (NewFolder writing = NewFolder.begin(folder)) {
      product.write(writing);
      optimizer.save(writing.path().resolve(OPTIMIZER));
      ObjectNode json = identity.json();
      json.set("standing", standing.json());
      writing.write(STATE, Json.write(json));
      writing.finish();
    }
  }

  /** The last one that is whole. */
  Optional<Integer> last() {
    return steps().stream().max(Comparator.naturalOrder());
  }

  /**
   * Goes on from one.
   *
   * @throws dev.treadle.transcript.TreadleException if it is damaged, or of another run
   */
  Standing load(int step, AdamW optimizer) {
    JsonNode json = Standing.read(folder(step).resolve(STATE));
    identity.check(json, output);
    optimizer.load(folder(step).resolve(OPTIMIZER));
    return Standing.of(json.path("standing"));
  }

  /**
   * Whether the run that lies in a folder computes with prepacked matrices; nothing: no run does.
   */
  static Optional<Boolean> prepacks(Path output) {
    return steps(output).stream()
        .max(Comparator.naturalOrder())
        .map(it -> RunIdentity.prepacks(Standing.read(output.resolve(name(it)).resolve(STATE))));
  }

  /** Copies what was made by a step, without what only the next step needs. */
  void copyProduct(int step, NewFolder to) {
    try (Stream<Path> entries = Files.list(folder(step))) {
      for (Path it : entries.sorted().toList()) {
        String name = it.getFileName().toString();
        if (!name.equals(STATE) && !name.equals(OPTIMIZER)) {
          Files.copy(it, to.path().resolve(name));
        }
      }
    } catch (IOException e) {
      throw TrainingError.writing(to.target(), e);
    }
  }

  /** Deletes all but the last few and the best. */
  void prune(int kept, Optional<Integer> best) {
    List<Integer> steps = steps();
    for (int it : steps.subList(0, Math.max(0, steps.size() - kept))) {
      if (best.isEmpty() || best.get() != it) {
        delete(folder(it));
      }
    }
  }

  /** Takes away what a kill left half written or half deleted. */
  void tidy() {
    for (Path it : entries(output)) {
      String name = it.getFileName().toString();
      boolean isHalf = name.startsWith(".") && name.endsWith(".part");
      if (name.startsWith(DOOMED)
          || (isHalf && NAME.matcher(name.substring(1, name.length() - 5)).matches())) {
        remove(it);
      }
    }
  }

  private List<Integer> steps() {
    return steps(output);
  }

  private static List<Integer> steps(Path output) {
    List<Integer> steps = new ArrayList<>();
    for (Path it : entries(output)) {
      Matcher matcher = NAME.matcher(it.getFileName().toString());
      if (matcher.matches() && Files.exists(it.resolve(STATE))) {
        steps.add(Integer.valueOf(matcher.group(1)));
      }
    }
    steps.sort(Comparator.naturalOrder());
    return steps;
  }

  private static List<Path> entries(Path output) {
    if (!Files.isDirectory(output)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(output)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw TrainingError.reading(output, e);
    }
  }

  /** A folder that is being deleted is no checkpoint any more, whatever happens then. */
  private void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    Path doomed = folder.resolveSibling(DOOMED + folder.getFileName());
    try {
      remove(doomed);
      Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw TrainingError.writing(folder, e);
    }
    remove(doomed);
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path it : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(it);
      }
    } catch (IOException e) {
      throw TrainingError.writing(folder, e);
    }
  }
}
