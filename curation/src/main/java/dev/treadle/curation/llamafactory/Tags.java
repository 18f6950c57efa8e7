package dev.treadle.curation.llamafactory;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Keys and role names inside a message; null means that the entry's {@code tags} left it out. */
public record Tags(
    @Nullable String role,
    @Nullable String content,
    @Nullable String user,
    @Nullable String assistant,
    @Nullable String observation,
    @Nullable String function,
    @Nullable String system) {

  /** What the loader expects when the entry has no {@code tags} at all. */
  static final Tags DEFAULTS =
      new Tags("from", "value", "human", "gpt", "observation", "function_call", "system");

  /** Every key left out is null: the loader does not fall back to its defaults key by key. */
  static Tags parse(JsonNode tags) {
    return new Tags(
        EntryFields.name(tags, "role_tag"),
        EntryFields.name(tags, "content_tag"),
        EntryFields.name(tags, "user_tag"),
        EntryFields.name(tags, "assistant_tag"),
        EntryFields.name(tags, "observation_tag"),
        EntryFields.name(tags, "function_tag"),
        EntryFields.name(tags, "system_tag"));
  }

  /**
   * Roles by tag. Several null tags share the null key and the last of them wins, as in the loader.
   */
  Map<@Nullable String, Role> roles() {
    Map<@Nullable String, Role> roles = new HashMap<>();
    roles.put(user, Role.USER);
    roles.put(assistant, Role.ASSISTANT);
    roles.put(observation, Role.OBSERVATION);
    roles.put(function, Role.FUNCTION);
    roles.put(system, Role.SYSTEM);
    return roles;
  }
}
