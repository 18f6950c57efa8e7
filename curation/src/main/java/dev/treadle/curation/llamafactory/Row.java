package dev.treadle.curation.llamafactory;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** One row as Arrow hands it out: every column of the file is there, absent values are null. */
record Row(JsonNode values) {
  private static final JsonNode EMPTY_TEXT = JsonNodeFactory.instance.stringNode("");

  /** Value of a column that the loader indexes; a file without it stops the run. */
  JsonNode column(@Nullable String name, String registryKey) {
    JsonNode value = name == null ? null : values.get(name);
    if (value != null) {
      return value;
    }
    if (name == null) {
      throw new PythonError(
          Reason.UNKNOWN_COLUMN,
          "the entry names no column for `%s`, which this kind of dataset needs; add it to `columns`"
              .formatted(registryKey));
    }
    throw new PythonError(
        Reason.UNKNOWN_COLUMN,
        "column `%s` (for `%s`) is in no row; write it, or correct `columns` in dataset_info.json"
            .formatted(name, registryKey));
  }

  /**
   * Value of a column that the loader reads only where the entry names it; an empty text otherwise.
   */
  JsonNode columnIfNamed(@Nullable String name, String registryKey) {
    return name == null ? EMPTY_TEXT : column(name, registryKey);
  }

  /** Value of a column that may be missing from the file; an empty text then. */
  JsonNode columnIfPresent(@Nullable String name) {
    JsonNode value = name == null ? null : values.get(name);
    return value == null ? EMPTY_TEXT : value;
  }
}
