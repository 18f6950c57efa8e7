package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Instruction, optional input and output in one row. */
record AlpacaConverter(DatasetEntry entry) implements Converter {

  @Override
  public Draft convert(Row row) {
    Columns columns = entry.columns();
    List<Alteration> alterations = new ArrayList<>();
    List<RawTurn> prompt = new ArrayList<>();
    addHistory(row, prompt, alterations);
    prompt.add(question(row));
    Answer answer = answer(row);
    return new Draft(
        prompt,
        answer.turns,
        row.columnIfNamed(columns.system(), "system"),
        row.columnIfNamed(columns.tools(), "tools"),
        alterations,
        answer.flaw);
  }

  private void addHistory(Row row, List<RawTurn> prompt, List<Alteration> alterations) {
    String name = entry.columns().history();
    if (name == null) {
      return;
    }
    JsonNode history = row.column(name, "history");
    if (!history.isArray()) {
      if (!history.isNull()) {
        alterations.add(
            new Alteration(
                Reason.HISTORY_IGNORED,
                "`%s` is not a list and is passed over; write a list of [question, answer] pairs"
                    .formatted(name)));
      }
      return;
    }
    int index = 0;
    for (JsonNode pair : history) {
      String where = "%s[%d]".formatted(name, index++);
      if (!pair.isArray() || pair.size() != 2) {
        throw new PythonError(
            Reason.HISTORY_NOT_PAIRS,
            "`%s` is %s, not a [question, answer] pair; write two texts"
                .formatted(where, PythonJson.shortForm(pair)));
      }
      prompt.add(new RawTurn(Role.USER, pair.path(0), where + "[0]"));
      prompt.add(new RawTurn(Role.ASSISTANT, pair.path(1), where + "[1]"));
    }
  }

  private RawTurn question(Row row) {
    StringBuilder text = new StringBuilder();
    String first = addPart(row, entry.columns().prompt(), "prompt", text);
    String second = addPart(row, entry.columns().query(), "query", text);
    String where = first != null ? first : second != null ? second : "prompt";
    return new RawTurn(Role.USER, JsonNodeFactory.instance.stringNode(text.toString()), where);
  }

  private static @Nullable String addPart(
      Row row, @Nullable String name, String registryKey, StringBuilder text) {
    if (name == null) {
      return null;
    }
    JsonNode part = row.column(name, registryKey);
    if (!PythonJson.isTrue(part)) {
      return name;
    }
    if (!part.isString()) {
      throw Failures.notAString(name, part);
    }
    text.append(text.isEmpty() ? "" : "\n").append(part.stringValue());
    return name;
  }

  private record Answer(List<RawTurn> turns, @Nullable Alteration flaw) {}

  private Answer answer(Row row) {
    Columns columns = entry.columns();
    if (columns.ktoTag() != null && row.column(columns.ktoTag(), "kto_tag").isBoolean()) {
      RawTurn turn = answerTurn(row, columns.response(), "response");
      boolean desirable = row.column(columns.ktoTag(), "kto_tag").booleanValue();
      return new Answer(Conversation.labelled(List.of(turn), desirable), null);
    }
    if (entry.ranking()) {
      RawTurn chosen = answerTurn(row, columns.chosen(), "chosen");
      if (chosen.content().isString()) {
        RawTurn rejected = answerTurn(row, columns.rejected(), "rejected");
        if (rejected.content().isString()) {
          return new Answer(List.of(chosen, rejected), null);
        }
      }
    }
    if (columns.response() != null) {
      RawTurn turn = answerTurn(row, columns.response(), "response");
      if (turn.content().isString()) {
        return new Answer(List.of(turn), missingPartner());
      }
    }
    return new Answer(List.of(), missingPartner() == null ? noText() : missingPartner());
  }

  private static RawTurn answerTurn(Row row, @Nullable String column, String registryKey) {
    JsonNode content = row.column(column, registryKey);
    return new RawTurn(Role.ASSISTANT, content, String.valueOf(column));
  }

  private @Nullable Alteration missingPartner() {
    if (entry.ranking()) {
      return Flaws.incompletePair(entry.columns(), "texts");
    }
    return entry.columns().ktoTag() == null ? null : Flaws.labelNotBoolean(entry.columns());
  }

  private Alteration noText() {
    String column = entry.columns().response();
    return new Alteration(
        Reason.NO_RESPONSE,
        column == null
            ? "the entry's `columns` leave `response` out, so no row has a response; add it"
            : "`%s` is not a text, so the row has no response; write a text".formatted(column));
  }
}
