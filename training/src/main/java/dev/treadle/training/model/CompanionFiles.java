package dev.treadle.training.model;

import dev.treadle.training.JsonFile;
import dev.treadle.training.NewFolder;
import dev.treadle.training.PythonJson;
import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** What makes weights a model: configuration, tokenizer, chat template, licence. */
public final class CompanionFiles {
  private static final Pattern TAKEN =
      Pattern.compile(
          "config\\.json|generation_config\\.json|tokenizer\\.json|tokenizer_config\\.json"
              + "|tokenizer\\.model|vocab\\.json|vocab\\.txt|merges\\.txt|special_tokens_map\\.json"
              + "|added_tokens\\.json|chat_template\\.(jinja|json)"
              + "|(LICEN[CS]E|NOTICE|USE_POLICY)[\\w.-]*");

  /** A template that the adapter was trained with and the base does not have would be lost. */
  private static final List<String> TOKENIZER =
      List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja");

  private static final int MAX_BYTES = 256 << 20;

  private CompanionFiles() {}

  /** Copies them; the configuration says the new form of the weights where that is another. */
  public static List<String> copy(Path base, NewFolder output, Optional<Dtype> dtype) {
    List<String> copied = new ArrayList<>();
    try {
      for (Path it : files(base)) {
        String name = it.getFileName().toString();
        byte[] bytes = JsonFile.bytes(it, MAX_BYTES, TrainingError.CONFIG_INVALID);
        boolean isRewritten = name.equals("config.json") && dtype.isPresent();
        output.write(name, isRewritten ? rewritten(bytes, dtype.orElseThrow()) : bytes);
        copied.add(name);
      }
    } catch (IOException e) {
      throw TrainingError.reading(base, e);
    }
    return copied;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(it -> TAKEN.matcher(it.getFileName().toString()).matches())
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static byte[] rewritten(byte[] configuration, Dtype dtype) {
    ObjectNode json = (ObjectNode) Json.read(configuration);
    String name =
        switch (dtype) {
          case BF16 -> "bfloat16";
          case F16 -> "float16";
          case F32 -> "float32";
          case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
              throw new IllegalArgumentException("not computed with: " + dtype);
        };
    json.put(json.has("torch_dtype") ? "torch_dtype" : "dtype", name);
    return (PythonJson.FILE.dumps(json) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The tokenizer's files that the adapter's folder has otherwise than the base's. */
  public static List<String> differing(Path base, Path adapter) {
    List<String> notes = new ArrayList<>();
    try {
      for (String it : TOKENIZER) {
        if (Files.exists(adapter.resolve(it))
            && (!Files.exists(base.resolve(it))
                || Files.mismatch(base.resolve(it), adapter.resolve(it)) >= 0)) {
          notes.add(
              "the adapter's folder has another "
                  + it
                  + " than the base: the base's was taken; if the adapter was trained with its own,"
                  + " copy it over");
        }
      }
    } catch (IOException e) {
      throw TrainingError.reading(adapter, e);
    }
    return notes;
  }
}
