package dev.treadle.curation.llamafactory;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Names of the columns that the loader reads; null means that it reads no such column. */
public record Columns(
    @Nullable String prompt,
    @Nullable String query,
    @Nullable String response,
    @Nullable String history,
    @Nullable String messages,
    @Nullable String system,
    @Nullable String tools,
    @Nullable String images,
    @Nullable String videos,
    @Nullable String audios,
    @Nullable String chosen,
    @Nullable String rejected,
    @Nullable String ktoTag) {

  /** What the loader reads when the entry has no {@code columns} at all. */
  static final Columns DEFAULTS =
      new Columns(
          "instruction",
          "input",
          "output",
          null,
          "conversations",
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null);

  /** Every key left out is null: the loader does not fall back to its defaults key by key. */
  static Columns parse(JsonNode columns) {
    return new Columns(
        EntryFields.name(columns, "prompt"),
        EntryFields.name(columns, "query"),
        EntryFields.name(columns, "response"),
        EntryFields.name(columns, "history"),
        EntryFields.name(columns, "messages"),
        EntryFields.name(columns, "system"),
        EntryFields.name(columns, "tools"),
        EntryFields.name(columns, "images"),
        EntryFields.name(columns, "videos"),
        EntryFields.name(columns, "audios"),
        EntryFields.name(columns, "chosen"),
        EntryFields.name(columns, "rejected"),
        EntryFields.name(columns, "kto_tag"));
  }

  /** Whether the entry declares images, videos or audio, so that a multimodal template is meant. */
  boolean hasMedia() {
    return images != null || videos != null || audios != null;
  }
}
