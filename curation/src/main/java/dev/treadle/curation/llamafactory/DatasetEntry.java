package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One entry of {@code dataset_info.json} as the loader understands it.
 *
 * <p>The trap of this file format: where {@code columns} (or {@code tags}) is present, every key
 * left out of it becomes null instead of its default.
 *
 * @param ignoredKeys keys that the loader does not know and passes over in silence, such as a
 *     misspelt column
 */
public record DatasetEntry(
    Source source,
    Formatting formatting,
    boolean ranking,
    Columns columns,
    Tags tags,
    List<String> ignoredKeys) {

  private static final List<String> REMOTE_KEYS =
      List.of("hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name");

  private static final Set<String> ENTRY_KEYS =
      Set.of(
          "file_name",
          "hf_hub_url",
          "ms_hub_url",
          "om_hub_url",
          "script_url",
          "cloud_file_name",
          "formatting",
          "ranking",
          "subset",
          "split",
          "folder",
          "num_samples",
          "columns",
          "tags");

  private static final Set<String> COLUMN_KEYS =
      Set.of(
          "prompt",
          "query",
          "response",
          "history",
          "messages",
          "system",
          "tools",
          "images",
          "videos",
          "audios",
          "chosen",
          "rejected",
          "kto_tag");

  private static final Set<String> TAG_KEYS =
      Set.of(
          "role_tag",
          "content_tag",
          "user_tag",
          "assistant_tag",
          "observation_tag",
          "function_tag",
          "system_tag");

  public DatasetEntry {
    ignoredKeys = List.copyOf(ignoredKeys);
  }

  /**
   * Reads the value of one name in the registry.
   *
   * @throws IllegalArgumentException where the trainer would refuse the entry itself; the message
   *     names the key
   */
  public static DatasetEntry parse(JsonNode entry) {
    if (!entry.isObject()) {
      throw new IllegalArgumentException("dataset_info.json: an entry must be an object");
    }
    List<String> ignored = new ArrayList<>();
    addUnknown(entry, ENTRY_KEYS, "", ignored);
    Columns columns = Columns.DEFAULTS;
    if (entry.has("columns")) {
      JsonNode given = EntryFields.object(entry, "columns");
      addUnknown(given, COLUMN_KEYS, "columns.", ignored);
      columns = Columns.parse(given);
    }
    Tags tags = Tags.DEFAULTS;
    if (entry.has("tags")) {
      JsonNode given = EntryFields.object(entry, "tags");
      addUnknown(given, TAG_KEYS, "tags.", ignored);
      tags = Tags.parse(given);
    }
    boolean ranking = EntryFields.flag(entry, "ranking");
    return new DatasetEntry(source(entry), formatting(entry), ranking, columns, tags, ignored);
  }

  private static void addUnknown(
      JsonNode object, Set<String> known, String prefix, List<String> ignored) {
    for (String key : object.propertyNames()) {
      if (!known.contains(key)) {
        ignored.add(prefix + key);
      }
    }
  }

  private static Source source(JsonNode entry) {
    for (String key : REMOTE_KEYS) {
      String address = EntryFields.name(entry, key);
      if (address != null) {
        return new Source.Remote(key, address);
      }
    }
    String file = EntryFields.name(entry, "file_name");
    if (file == null) {
      throw new IllegalArgumentException(
          "dataset_info.json: the entry names no data; add `file_name` with a path below the dataset directory");
    }
    return new Source.LocalFile(file);
  }

  private static Formatting formatting(JsonNode entry) {
    if (!entry.has("formatting")) {
      return Formatting.ALPACA;
    }
    String name = String.valueOf(EntryFields.name(entry, "formatting"));
    for (Formatting formatting : Formatting.values()) {
      if (formatting.name().toLowerCase(Locale.ROOT).equals(name)) {
        return formatting;
      }
    }
    throw new IllegalArgumentException(
        "dataset_info.json: `formatting` is \"%s\" but the trainer knows alpaca, sharegpt and openai"
            .formatted(name));
  }
}
