package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The turns of a chat row, and how they are cut into prompt and response; sharegpt and openai share
 * these rules.
 *
 * @param flaw why the conversation is broken, or null where it alternates and has the right number
 *     of turns
 */
record Conversation(List<RawTurn> turns, @Nullable Alteration flaw) {

  /** The two halves, and why they are not what the writer meant. */
  record Halves(List<RawTurn> prompt, List<RawTurn> response, @Nullable Alteration flaw) {}

  /**
   * Adds the count rule: an even number of turns, an odd one where the answers stand in columns of
   * their own.
   */
  Conversation counted(DatasetEntry entry) {
    if (flaw != null) {
      return this;
    }
    boolean even = turns.size() % 2 == 0;
    if (even != entry.ranking()) {
      return turns.isEmpty() ? new Conversation(turns, nothing(entry)) : this;
    }
    String messages = String.valueOf(entry.columns().messages());
    String rule =
        entry.ranking()
            ? "`%s` must end with a user turn (it has %d turns), as the answers stand in their own columns"
            : "`%s` has %d turns and must end with an answer; cut the last question off or add its answer";
    Reason reason = turns.isEmpty() ? Reason.EMPTY_CONVERSATION : Reason.TURN_COUNT;
    return new Conversation(turns, new Alteration(reason, rule.formatted(messages, turns.size())));
  }

  private static Alteration nothing(DatasetEntry entry) {
    return new Alteration(
        Reason.EMPTY_CONVERSATION,
        "`%s` has no turns besides a system prompt; drop the row"
            .formatted(entry.columns().messages()));
  }

  /** Cuts a checked conversation as the entry says. */
  Halves cut(Row row, DatasetEntry entry) {
    Columns columns = entry.columns();
    // Empty conversations are flawed for us but not for the loader, which goes on with nothing in
    // hand.
    if (flaw != null
        && !(turns.isEmpty() && !entry.ranking() && flaw.reason() == Reason.EMPTY_CONVERSATION)) {
      return new Halves(List.of(), List.of(), flaw);
    }
    List<RawTurn> head = turns.isEmpty() ? turns : turns.subList(0, turns.size() - 1);
    List<RawTurn> last = turns.subList(head.size(), turns.size());
    if (columns.ktoTag() != null) {
      JsonNode label = row.column(columns.ktoTag(), "kto_tag");
      if (label.isBoolean()) {
        return new Halves(head, labelled(last, label.booleanValue()), flaw);
      }
    }
    if (entry.ranking()) {
      JsonNode chosen = row.column(columns.chosen(), "chosen");
      if (chosen.isObject() && row.column(columns.rejected(), "rejected").isObject()) {
        return new Halves(
            turns,
            List.of(answer(row, entry, columns.chosen()), answer(row, entry, columns.rejected())),
            flaw);
      }
      return new Halves(head, last, Flaws.incompletePair(columns, "messages"));
    }
    boolean unlabelled = flaw == null && columns.ktoTag() != null;
    return new Halves(head, last, unlabelled ? Flaws.labelNotBoolean(columns) : flaw);
  }

  /**
   * An answer with its label: the loader puts an empty turn behind a desirable one and before the
   * other.
   */
  static List<RawTurn> labelled(List<RawTurn> answer, boolean desirable) {
    RawTurn empty = new RawTurn(Role.ASSISTANT, JsonNodeFactory.instance.stringNode(""), "label");
    List<RawTurn> both = new ArrayList<>(answer);
    both.add(desirable ? both.size() : 0, empty);
    return both;
  }

  private static RawTurn answer(Row row, DatasetEntry entry, @Nullable String column) {
    Messages.Message message =
        new Messages.Message(row.column(column, "chosen"), String.valueOf(column), entry.tags());
    String tag = message.role();
    Role role = entry.tags().roles().get(tag);
    JsonNode written = message.field(entry.tags().role(), "role_tag");
    if (role == null || !(written.isString() || written.isNull())) {
      throw new PythonError(
          Reason.UNKNOWN_ROLE,
          "`%s` has role %s, which no tag names; write %s"
              .formatted(column, PythonJson.shortForm(written), entry.tags().assistant()));
    }
    return new RawTurn(role, message.content(), message.contentPlace());
  }
}
