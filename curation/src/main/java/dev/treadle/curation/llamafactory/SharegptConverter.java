package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of messages whose roles alternate strictly. */
record SharegptConverter(DatasetEntry entry) implements Converter {

  @Override
  public Draft convert(Row row) {
    Messages messages = Messages.of(row, entry, true);
    List<Alteration> alterations = new ArrayList<>(messages.alterations());
    LostFields.note(messages.turns(), true, alterations);
    Conversation.Halves halves = aligned(messages.turns()).counted(entry).cut(row, entry);
    return new Draft(
        halves.prompt(),
        halves.response(),
        messages.system(),
        row.columnIfNamed(entry.columns().tools(), "tools"),
        alterations,
        halves.flaw());
  }

  private Conversation aligned(List<Messages.Message> messages) {
    Tags tags = entry.tags();
    Map<@Nullable String, Role> roles = tags.roles();
    List<RawTurn> turns = new ArrayList<>(messages.size());
    for (Messages.Message message : messages) {
      boolean asks = turns.size() % 2 == 0;
      boolean fits =
          asks
              ? message.hasRole(tags.user()) || message.hasRole(tags.observation())
              : message.hasRole(tags.assistant()) || message.hasRole(tags.function());
      if (!fits) {
        return new Conversation(turns, misfit(message, asks, roles));
      }
      Role role = roles.get(message.role());
      turns.add(
          new RawTurn(
              role == null ? Role.SYSTEM : role, message.content(), message.contentPlace()));
    }
    return new Conversation(turns, null);
  }

  private Alteration misfit(
      Messages.Message message, boolean asks, Map<@Nullable String, Role> roles) {
    Tags tags = entry.tags();
    String tag = message.role();
    if (tag != null && tag.equals("system")) {
      return new Alteration(
          Reason.SYSTEM_NOT_FIRST,
          tags.system() == null
              ? "`%s` is a system prompt but the entry has no `system_tag`; add it to `tags`"
                  .formatted(message.where())
              : "`%s` is a system prompt after the first message; move it to the front or into the system column"
                  .formatted(message.where()));
    }
    if (tag == null || !roles.containsKey(tag)) {
      return new Alteration(
          Reason.UNKNOWN_ROLE,
          "`%s` has role %s, which the entry's tags do not name; rename it or correct `tags`"
              .formatted(
                  message.where(),
                  PythonJson.shortForm(message.node().path(String.valueOf(tags.role())))));
    }
    return new Alteration(
        Reason.ROLES_DO_NOT_ALTERNATE,
        "`%s` is %s where %s or %s must stand; merge or split turns until they alternate"
            .formatted(
                message.where(),
                tag,
                asks ? tags.user() : tags.assistant(),
                asks ? tags.observation() : tags.function()));
  }
}
