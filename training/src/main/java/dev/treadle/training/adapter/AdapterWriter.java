package dev.treadle.training.adapter;

import dev.treadle.training.NewFolder;
import dev.treadle.training.PythonJson;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.transcript.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes an adapter's folder with the fields and the names that PEFT 0.21 writes. */
public final class AdapterWriter {
  /** Its layout is this version's. */
  static final String PEFT_VERSION = "0.21.0";

  private AdapterWriter() {}

  /**
   * The matrices of one module, row by row.
   *
   * @param a rank × in
   * @param b out × rank
   */
  public record Matrices(String module, int in, int out, FloatBuffer a, FloatBuffer b) {}

  /** A tensor of the base that was trained whole, such as a bias. */
  public record Whole(String name, FloatBuffer numbers) {}

  /** Writes a folder that must not be there yet, whole or not at all. */
  public static void write(
      Path folder, AdapterConfiguration configuration, List<Matrices> modules, List<Whole> whole) {
    try (NewFolder writing = NewFolder.begin(folder)) {
      write(writing, configuration, modules, whole);
      writing.finish();
    }
  }

  /** Writes the files into a folder that has begun. */
  public static void write(
      NewFolder writing,
      AdapterConfiguration configuration,
      List<Matrices> modules,
      List<Whole> whole) {
    writing.write(
        Adapter.CONFIGURATION,
        PythonJson.FILE.dumps(json(configuration)).getBytes(StandardCharsets.UTF_8));
    List<TensorShape> shapes = new ArrayList<>();
    for (Matrices it : modules) {
      long rank = configuration.rank(it.module());
      shapes.add(new TensorShape(name(it, "A"), Dtype.F32, List.of(rank, (long) it.in())));
      shapes.add(new TensorShape(name(it, "B"), Dtype.F32, List.of((long) it.out(), rank)));
    }
    for (Whole it : whole) {
      long size = it.numbers().remaining();
      shapes.add(new TensorShape(name(it, modules), Dtype.F32, List.of(size)));
    }
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            writing.path().resolve(Adapter.WEIGHTS), shapes, Map.of("format", "pt"))) {
      for (Matrices it : modules) {
        writer.write(name(it, "A"), 0, bytes(it.a()));
        writer.write(name(it, "B"), 0, bytes(it.b()));
      }
      for (Whole it : whole) {
        writer.write(name(it, modules), 0, bytes(it.numbers()));
      }
      writer.force();
    }
  }

  private static String name(Matrices it, String which) {
    return Adapter.PREFIX + it.module() + ".lora_" + which + ".weight";
  }

  /** PEFT puts what it wraps one level deeper. */
  private static String name(Whole it, List<Matrices> modules) {
    int dot = it.name().lastIndexOf('.');
    String module = it.name().substring(0, dot);
    boolean isWrapped = modules.stream().anyMatch(other -> other.module().equals(module));
    return Adapter.PREFIX + module + (isWrapped ? ".base_layer" : "") + it.name().substring(dot);
  }

  private static ByteBuffer bytes(FloatBuffer numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers.duplicate());
    return bytes;
  }

  /** What {@code adapter_config.json} says. */
  public static ObjectNode json(AdapterConfiguration it) {
    ObjectNode json = Json.object();
    for (String name :
        List.of(
            "alora_invocation_tokens",
            "arrow_config",
            "auto_mapping",
            "corda_config",
            "eva_config",
            "kasa_config",
            "layer_replication",
            "lora_ga_config",
            "megatron_config",
            "monteclora_config",
            "revision",
            "target_parameters",
            "trainable_token_indices",
            "use_bdlora",
            "velora_config")) {
      json.putNull(name);
    }
    for (String name :
        List.of("ensure_weight_tying", "fan_in_fan_out", "lora_bias", "use_dora", "use_qalora")) {
      json.put(name, false);
    }
    json.putObject("loftq_config");
    json.put("megatron_core", "megatron.core").put("qalora_group_size", 16);
    json.put("peft_type", "LORA").put("peft_version", PEFT_VERSION).put("task_type", "CAUSAL_LM");
    json.put("inference_mode", true).put("init_lora_weights", true);
    json.put("base_model_name_or_path", it.baseModel().orElse(null));
    json.put("r", it.rank()).put("lora_dropout", it.dropout());
    json.put("use_rslora", it.isRankStabilized()).put("bias", it.bias().wire());
    strength(json, "lora_alpha", it.alpha());
    ObjectNode ranks = json.putObject("rank_pattern");
    it.ranks().forEach(ranks::put);
    ObjectNode alphas = json.putObject("alpha_pattern");
    it.alphas().forEach((pattern, alpha) -> strength(alphas, pattern, alpha));
    targets(json, "target_modules", it.targets());
    json.putNull("exclude_modules");
    it.excluded().ifPresent(excluded -> targets(json, "exclude_modules", excluded));
    names(json, "modules_to_save", it.savedModules());
    names(json, "layers_pattern", it.layerLists());
    json.putNull("layers_to_transform");
    if (!it.layers().isEmpty()) {
      ArrayNode layers = json.putArray("layers_to_transform");
      it.layers().forEach(layers::add);
    }
    return json;
  }

  /** Ollama takes a whole number only. */
  private static void strength(ObjectNode json, String name, double alpha) {
    if (alpha == Math.rint(alpha)) {
      json.put(name, (long) alpha);
    } else {
      json.put(name, alpha);
    }
  }

  private static void targets(ObjectNode json, String name, Targets targets) {
    switch (targets) {
      case Targets.Names it -> names(json, name, it.names());
      case Targets.Expression it -> json.put(name, it.regex());
      case Targets.AllLinear _ -> json.put(name, "all-linear");
    }
  }

  private static void names(ObjectNode json, String name, List<String> names) {
    if (names.isEmpty()) {
      json.putNull(name);
      return;
    }
    ArrayNode list = json.putArray(name);
    names.forEach(list::add);
  }
}
