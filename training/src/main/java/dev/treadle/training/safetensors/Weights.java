package dev.treadle.training.safetensors;

import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tensors of a model's folder: {@code model.safetensors}, or shards and the index that says
 * which tensor is in which.
 */
public final class Weights implements AutoCloseable {
  public static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final int MAX_SHARDS = 10_000;

  private final Path folder;
  private final Map<String, SafetensorsFile> shards;
  private final Map<String, Tensor> tensors;

  /** A tensor and the shard that it lies in. */
  public record Tensor(SafetensorsFile shard, SafetensorsHeader.Entry entry) {
    public TensorShape shape() {
      return entry.tensor();
    }

    public String name() {
      return entry.tensor().name();
    }
  }

  private Weights(Path folder, Map<String, SafetensorsFile> shards, Map<String, Tensor> tensors) {
    this.folder = folder;
    this.shards = shards;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Opens all shards and checks them against the index.
   *
   * @throws TreadleException if a shard is missing or damaged, or is not what the index says
   */
  public static Weights open(Path folder) {
    Path index = folder.resolve(INDEX);
    Map<String, String> places = Files.exists(index) ? places(index) : Map.of();
    if (places.isEmpty() && !Files.exists(folder.resolve(SINGLE))) {
      throw TrainingError.FILE_ABSENT.because(
          folder + " has neither " + SINGLE + " nor " + INDEX + other(folder));
    }
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    try {
      for (String it : places.isEmpty() ? Set.of(SINGLE) : new TreeSet<>(places.values())) {
        shards.put(it, SafetensorsFile.open(folder.resolve(it)));
      }
      return new Weights(folder, shards, tensors(shards, places, index));
    } catch (RuntimeException e) {
      shards.values().forEach(SafetensorsFile::close);
      throw e;
    }
  }

  private static String other(Path folder) {
    return Files.exists(folder.resolve("pytorch_model.bin"))
            || Files.exists(folder.resolve("pytorch_model.bin.index.json"))
        ? ": pickled weights (pytorch_model.bin) are not read, convert them to safetensors"
        : "";
  }

  /** The index: the file of each tensor. */
  private static Map<String, String> places(Path index) {
    JsonFile json = JsonFile.read(index, Json.MAX_LINE_BYTES, TrainingError.INDEX_INVALID);
    Map<String, String> places = new LinkedHashMap<>();
    json.path("weight_map")
        .forEachEntry(
            (name, it) -> {
              String file = it.asString("");
              if (!file.matches("[\\w.-]+\\.safetensors") || file.startsWith(".")) {
                throw TrainingError.INDEX_INVALID.because(
                    index + " puts " + name + " into '" + file + "', which is no shard's name");
              }
              places.put(name, file);
            });
    if (places.isEmpty() || new TreeSet<>(places.values()).size() > MAX_SHARDS) {
      throw TrainingError.INDEX_INVALID.because(
          index + " has no weight_map, or one with over " + MAX_SHARDS + " shards");
    }
    return places;
  }

  private static Map<String, Tensor> tensors(
      Map<String, SafetensorsFile> shards, Map<String, String> places, Path index) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    shards.forEach(
        (file, shard) -> {
          for (SafetensorsHeader.Entry it : shard.header().tensors().values()) {
            String name = it.tensor().name();
            if (!places.isEmpty() && !file.equals(places.get(name))) {
              throw TrainingError.INDEX_INVALID.because(
                  shard.file()
                      + " holds "
                      + name
                      + ", which "
                      + index
                      + (places.containsKey(name)
                          ? " puts into " + places.get(name)
                          : " does not know"));
            }
            tensors.put(name, new Tensor(shard, it));
          }
        });
    for (Map.Entry<String, String> it : places.entrySet()) {
      if (!tensors.containsKey(it.getKey())) {
        throw TrainingError.INDEX_INVALID.because(
            index
                + " puts "
                + it.getKey()
                + " into "
                + it.getValue()
                + ", which has no such tensor");
      }
    }
    return tensors;
  }

  public Path folder() {
    return folder;
  }

  /** By name, in the order in which they lie in the shards. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  public Optional<Tensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  public int shardCount() {
    return shards.size();
  }

  /** Of all tensors together. */
  public long bytes() {
    return tensors.values().stream().mapToLong(it -> it.shape().bytes()).sum();
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }
}
