package dev.treadle.training.tensor;

import dev.treadle.training.NewFolder;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.tokens.Sequence;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our half of bench/parity.sh: does with the models that python/parity.py made what PEFT did with
 * them, and leaves losses, logits and the trained adapter beside, for that script to judge.
 */
public final class ParityBench {
  private ParityBench() {}

  /** Argument: the folder with a folder for each model. */
  public static void main(String[] arguments) throws IOException {
    try (Stream<Path> folders = Files.list(Path.of(arguments[0]))) {
      for (Path it : folders.sorted().toList()) {
        if (Files.exists(it.resolve("golden.json"))) {
          repeat(it);
        }
      }
    }
  }

  private static void repeat(Path folder) throws IOException {
    try (Golden golden = Golden.open(folder)) {
      Map<String, float[][]> logits = new LinkedHashMap<>();
      ObjectNode losses = Json.object();
      try (Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32)) {
        logits(golden, network, "base", logits);
      }
      try (Network network = golden.network(new Tuned.Everything(), Arithmetic.FLOAT32)) {
        train(golden, network, "full", "full_learning_rate", losses);
      }
      try (Network network = adapted(golden, "after")) {
        logits(golden, network, "after", logits);
      }
      try (Network network = adapted(golden, "adapter");
          Adapter first = golden.adapter("adapter")) {
        logits(golden, network, "adapter", logits);
        train(golden, network, "lora", "learning_rate", losses);
        logits(golden, network, "ours", logits);
        try (NewFolder writing = NewFolder.begin(folder.resolve("ours-after"))) {
          Adapters.write(writing, first.configuration(), network.parameters());
          writing.finish();
        }
      }
      Files.writeString(folder.resolve("ours.json"), losses.toString());
      write(folder.resolve("ours.safetensors"), logits);
    }
  }

  private static Network adapted(Golden golden, String name) {
    try (Adapter adapter = golden.adapter(name)) {
      Network network =
          golden.network(new Tuned.LowRank(adapter.configuration()), Arithmetic.FLOAT32);
      Adapters.load(adapter, network.parameters());
      return network;
    }
  }

  private static void logits(
      Golden golden, Network network, String kind, Map<String, float[][]> logits) {
    List<Sequence> sequences = golden.sequences();
    for (int i = 0; i < sequences.size(); i++) {
      logits.put("logits." + kind + "." + i, network.logits(sequences.get(i).tokens()));
    }
  }

  private static void train(
      Golden golden, Network network, String kind, String rate, ObjectNode losses) {
    AdamW.Settings settings =
        new AdamW.Settings(
            golden.setting("beta1"),
            golden.setting("beta2"),
            golden.setting("epsilon"),
            golden.setting("weight_decay"));
    ArrayNode told = losses.putObject(kind).putArray("losses");
    int steps = golden.json().path(kind).path("losses").size();
    try (AdamW optimizer = new AdamW(network.parameters(), settings)) {
      for (List<List<Sequence>> window : golden.steps().subList(0, steps)) {
        long targets = window.stream().flatMap(List::stream).mapToLong(Sequence::targetCount).sum();
        Network.Cost cost = new Network.Cost(0, 0, 0);
        for (List<Sequence> it : window) {
          cost = cost.plus(network.learn(it, 1.0 / targets, Dropout.NONE));
        }
        optimizer.step(golden.setting(rate), golden.setting("max_gradient_norm"));
        told.add(cost.mean());
      }
    }
  }

  private static void write(Path file, Map<String, float[][]> logits) {
    List<TensorShape> shapes = new ArrayList<>();
    logits.forEach(
        (name, rows) ->
            shapes.add(
                new TensorShape(
                    name, Dtype.F32, List.of((long) rows.length, (long) rows[0].length))));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(file, shapes, Map.of("format", "pt"))) {
      logits.forEach((name, rows) -> writer.write(name, 0, bytes(rows)));
    }
  }

  private static ByteBuffer bytes(float[][] rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] it : rows) {
      for (float number : it) {
        bytes.putFloat(number);
      }
    }
    return bytes.flip();
  }
}
