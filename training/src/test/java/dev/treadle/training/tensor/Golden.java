package dev.treadle.training.tensor;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Sequence;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A model that transformers made, and what it and PEFT did with it. */
final class Golden implements AutoCloseable {
  private final Path folder;
  private final JsonNode json;
  private final SafetensorsFile tensors;
  private final Weights weights;

  private Golden(Path folder, JsonNode json) {
    this.folder = folder;
    this.json = json;
    this.tensors = SafetensorsFile.open(folder.resolve("golden.safetensors"));
    this.weights = Weights.open(folder.resolve("base"));
  }

  static Golden open(String name) throws IOException {
    return open(GoldenModels.folder("tuned/" + name));
  }

  static Golden open(Path folder) throws IOException {
    Libtorch.load();
    return new Golden(folder, Json.read(Files.readAllBytes(folder.resolve("golden.json"))));
  }

  Path folder() {
    return folder;
  }

  JsonNode json() {
    return json;
  }

  double setting(String name) {
    return json.path("settings").path(name).doubleValue();
  }

  ModelShape shape() {
    return ModelShape.read(folder.resolve("base"));
  }

  Weights weights() {
    return weights;
  }

  Adapter adapter(String name) {
    return Adapter.open(folder.resolve(name));
  }

  Network network(Tuned tuned, Arithmetic arithmetic) {
    return network(tuned, NetworkOptions.of(arithmetic, 1, 2));
  }

  Network network(Tuned tuned, NetworkOptions options) {
    return Network.open(shape(), weights, tuned, options);
  }

  List<Sequence> sequences() {
    List<Sequence> sequences = new ArrayList<>();
    for (JsonNode it : json.path("sequences")) {
      int[] tokens = new int[it.path("tokens").size()];
      boolean[] targets = new boolean[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = it.path("tokens").get(i).intValue();
        targets[i] = it.path("targets").get(i).booleanValue();
      }
      sequences.add(new Sequence(tokens, targets));
    }
    return sequences;
  }

  /** The micro-batches of each step. */
  List<List<List<Sequence>>> steps() {
    List<Sequence> sequences = sequences();
    List<List<List<Sequence>>> steps = new ArrayList<>();
    for (JsonNode step : json.path("steps")) {
      List<List<Sequence>> batches = new ArrayList<>();
      for (JsonNode batch : step) {
        List<Sequence> picked = new ArrayList<>();
        batch.forEach(it -> picked.add(sequences.get(it.intValue())));
        batches.add(picked);
      }
      steps.add(batches);
    }
    return steps;
  }

  List<String> names(String prefix) {
    return tensors.header().tensors().keySet().stream()
        .filter(it -> it.startsWith(prefix))
        .toList();
  }

  Optional<float[]> tensor(String name) {
    SafetensorsHeader.Entry entry = tensors.header().tensors().get(name);
    return entry == null ? Optional.empty() : Optional.of(floats(tensors, entry));
  }

  static float[] floats(SafetensorsFile file, SafetensorsHeader.Entry entry) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(entry.tensor().bytes())).order(ByteOrder.LITTLE_ENDIAN);
    file.read(entry, 0, bytes);
    float[] numbers = new float[Math.toIntExact(entry.tensor().elements())];
    bytes.flip().asFloatBuffer().get(numbers);
    return numbers;
  }

  @Override
  public void close() {
    tensors.close();
    weights.close();
  }
}
