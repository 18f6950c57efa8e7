package dev.treadle.curation;

import dev.treadle.transcript.Json;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * LLaMA-Factory's {@code dataset_info.json} for files of {@link TrainerFormat#LLAMA_FACTORY} rows.
 * Every column and all seven tags are written: once {@code columns} or {@code tags} is there, the
 * loader takes what is missing as null, not as its default.
 */
public final class LlamaFactoryRegistry {
  private LlamaFactoryRegistry() {}

  /** The registry of {@code fileNames}, by the data sets' names. */
  public static ObjectNode of(Map<String, String> fileNames) {
    SortedMap<String, String> sorted = new TreeMap<>(fileNames);
    ObjectNode registry = Json.object();
    sorted.forEach((name, fileName) -> registry.set(name, entry(fileName)));
    return registry;
  }

  private static ObjectNode entry(String fileName) {
    ObjectNode entry = Json.object().put("file_name", fileName).put("formatting", "sharegpt");
    entry
        .putObject("columns")
        .put("messages", "conversations")
        .put("system", "system")
        .put("tools", "tools");
    entry
        .putObject("tags")
        .put("role_tag", "from")
        .put("content_tag", "value")
        .put("user_tag", "human")
        .put("assistant_tag", "gpt")
        .put("observation_tag", "observation")
        .put("function_tag", "function_call")
        .put("system_tag", "system");
    return entry;
  }
}
