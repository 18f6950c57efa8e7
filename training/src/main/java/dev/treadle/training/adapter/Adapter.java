package dev.treadle.training.adapter;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An adapter's folder as PEFT writes it: what it aims at, and its matrices. The file stays open.
 */
public final class Adapter implements AutoCloseable {
  static final String CONFIGURATION = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";
  static final String PREFIX = "base_model.model.";

  private final AdapterConfiguration configuration;
  private final SafetensorsFile file;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();
  private final Map<String, SafetensorsHeader.Entry> whole = new LinkedHashMap<>();

  /**
   * The two matrices of a module.
   *
   * @param a of rank × in
   * @param b of out × rank
   * @param isEmbedding whether their product is the embedding's, which is turned round
   */
  public record Pair(SafetensorsHeader.Entry a, SafetensorsHeader.Entry b, boolean isEmbedding) {}

  private Adapter(AdapterConfiguration configuration, SafetensorsFile file) {
    this.configuration = configuration;
    this.file = file;
  }

  /**
   * Opens a folder.
   *
   * @throws dev.treadle.transcript.TreadleException if it is damaged or holds what is not supported
   */
  public static Adapter open(Path folder) {
    AdapterConfiguration configuration = AdapterConfiguration.read(folder);
    Path weights = folder.resolve(WEIGHTS);
    if (!Files.exists(weights) && Files.exists(folder.resolve("adapter_model.bin"))) {
      throw TrainingError.ADAPTER_UNSUPPORTED.because(
          folder + " holds pickled weights (adapter_model.bin): convert them to safetensors");
    }
    Adapter adapter = new Adapter(configuration, SafetensorsFile.open(weights));
    try {
      adapter.sort();
      return adapter;
    } catch (RuntimeException e) {
      adapter.close();
      throw e;
    }
  }

  private void sort() {
    Map<String, SafetensorsHeader.Entry> left = new LinkedHashMap<>(file.header().tensors());
    for (SafetensorsHeader.Entry it : file.header().tensors().values()) {
      String name = it.tensor().name();
      if (!name.startsWith(PREFIX)) {
        throw TrainingError.ADAPTER_INVALID.because(
            file.file() + " holds " + name + ", which does not begin with " + PREFIX);
      }
      for (boolean isEmbedding : new boolean[] {false, true}) {
        String end = isEmbedding ? ".lora_embedding_A" : ".lora_A.weight";
        if (name.endsWith(end)) {
          String stem = name.substring(0, name.length() - end.length());
          pair(stem, it, isEmbedding, left);
          left.remove(name);
        }
      }
    }
    left.values().forEach(this::whole);
    if (pairs.isEmpty() && whole.isEmpty()) {
      throw TrainingError.ADAPTER_INVALID.because(
          file.file() + " is empty: the program that wrote it did not gather the weights");
    }
  }

  private void pair(
      String stem,
      SafetensorsHeader.Entry a,
      boolean isEmbedding,
      Map<String, SafetensorsHeader.Entry> left) {
    SafetensorsHeader.Entry b =
        left.remove(stem + (isEmbedding ? ".lora_embedding_B" : ".lora_B.weight"));
    String module = stem.substring(PREFIX.length());
    if (b == null) {
      throw TrainingError.ADAPTER_INVALID.because(
          file.file() + " has a matrix A and no B for " + module);
    }
    int rank = configuration.rank(module);
    if (a.tensor().shape().size() != 2
        || b.tensor().shape().size() != 2
        || a.tensor().shape().get(0) != rank
        || b.tensor().shape().get(1) != rank) {
      throw TrainingError.ADAPTER_INVALID.because(
          file.file()
              + ": "
              + module
              + " has matrices "
              + a.tensor().shape()
              + " and "
              + b.tensor().shape()
              + ", which are not of the rank "
              + rank
              + " that "
              + CONFIGURATION
              + " says");
    }
    pairs.put(module, new Pair(a, b, isEmbedding));
  }

  /** What is no matrix of a pair must be a tensor that was trained whole. */
  private void whole(SafetensorsHeader.Entry it) {
    String name = it.tensor().name().substring(PREFIX.length());
    if (name.contains("lora_magnitude_vector")) {
      throw TrainingError.ADAPTER_UNSUPPORTED.because(
          file.file() + ": not supported: DoRA (" + name + ")");
    }
    if (name.contains("lora_")) {
      throw TrainingError.ADAPTER_INVALID.because(
          file.file() + " has a matrix without its other half, or one of no known kind: " + name);
    }
    whole.put(
        name.replace(".base_layer.", ".")
            .replace(".original_module.", ".")
            .replaceFirst("\\.modules_to_save(\\.default)?\\.", "."),
        it);
  }

  public AdapterConfiguration configuration() {
    return configuration;
  }

  public SafetensorsFile file() {
    return file;
  }

  /** The matrices by the module's name in the base. */
  public Map<String, Pair> pairs() {
    return Collections.unmodifiableMap(pairs);
  }

  /** The tensors that were trained whole, or came along, by their names in the base. */
  public Map<String, SafetensorsHeader.Entry> whole() {
    return Collections.unmodifiableMap(whole);
  }

  @Override
  public void close() {
    file.close();
  }
}
