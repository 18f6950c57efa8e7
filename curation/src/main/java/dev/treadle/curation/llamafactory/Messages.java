package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The list of messages of a row: system prompt split off, the rest with their places.
 *
 * @param system the system prompt; the first message where that is one, else the system column
 */
record Messages(JsonNode system, List<Message> turns, List<Alteration> alterations) {

  /** One message, its keys read by the names in {@link Tags}. */
  record Message(JsonNode node, String where, Tags tags) {
    /** The role tag as written; null where it is null or not a text. */
    @Nullable String role() {
      JsonNode role = field(tags.role(), "role_tag");
      return role.isString() ? role.stringValue() : null;
    }

    /**
     * Whether the role equals a tag as Python compares them, in which null equals a tag left out.
     */
    boolean hasRole(@Nullable String tag) {
      JsonNode role = field(tags.role(), "role_tag");
      return role.isString() ? role.stringValue().equals(tag) : role.isNull() && tag == null;
    }

    JsonNode content() {
      return field(tags.content(), "content_tag");
    }

    String contentPlace() {
      return where + "." + tags.content();
    }

    JsonNode field(@Nullable String key, String registryKey) {
      if (key == null) {
        throw new PythonError(
            Reason.TAG_MISSING,
            "`tags` leaves `%s` out, so the loader looks for a key named null; write all seven tags"
                .formatted(registryKey));
      }
      if (!node.isObject()) {
        throw new PythonError(
            Reason.MESSAGE_NOT_AN_OBJECT,
            "`%s` is %s, not an object with `%s` and `%s`"
                .formatted(where, PythonJson.shortForm(node), tags.role(), tags.content()));
      }
      JsonNode value = node.get(key);
      if (value == null) {
        throw new PythonError(
            Reason.MESSAGE_FIELD_MISSING,
            "`%s` has no `%s`; write it, or correct `%s` in the entry's tags"
                .formatted(where, key, registryKey));
      }
      return value;
    }
  }

  /**
   * Splits the system prompt off.
   *
   * @param strictColumns whether a system column missing from the file stops the run (it does for
   *     sharegpt)
   */
  static Messages of(Row row, DatasetEntry entry, boolean strictColumns) {
    String column = String.valueOf(entry.columns().messages());
    JsonNode list = row.column(entry.columns().messages(), "messages");
    // Anything of length 0 passes for an empty list.
    boolean empty = (list.isObject() || list.isString()) && !PythonJson.isTrue(list);
    if (!list.isArray() && !empty) {
      throw new PythonError(
          Reason.MESSAGES_NOT_A_LIST,
          "`%s` is %s, not a list of messages; write a list"
              .formatted(column, PythonJson.shortForm(list)));
    }
    List<Message> turns = new ArrayList<>(list.size());
    int index = 0;
    for (JsonNode node : list) {
      turns.add(new Message(node, "%s[%d]".formatted(column, index++), entry.tags()));
    }
    String systemTag = entry.tags().system();
    boolean systemFirst =
        systemTag != null
            && !systemTag.isEmpty()
            && !turns.isEmpty()
            && turns.getFirst().hasRole(systemTag);
    if (!systemFirst) {
      return new Messages(systemColumn(row, entry, strictColumns), turns, List.of());
    }
    JsonNode system = turns.getFirst().content();
    return new Messages(system, turns.subList(1, turns.size()), ignoredColumn(row, entry, system));
  }

  private static JsonNode systemColumn(Row row, DatasetEntry entry, boolean strictColumns) {
    String name = entry.columns().system();
    return strictColumns ? row.columnIfNamed(name, "system") : row.columnIfPresent(name);
  }

  private static List<Alteration> ignoredColumn(Row row, DatasetEntry entry, JsonNode system) {
    JsonNode column = row.columnIfPresent(entry.columns().system());
    if (!PythonJson.isTrue(column) || Objects.equals(column, system)) {
      return List.of();
    }
    return List.of(
        new Alteration(
            Reason.SYSTEM_COLUMN_IGNORED,
            "the first message is a system prompt, so column `%s` is not read; keep one of the two"
                .formatted(entry.columns().system())));
  }
}
