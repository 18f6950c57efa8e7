package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** What happens after conversion: the checks of the training stage, then those of the template. */
final class StageRules {
  private final DatasetEntry entry;
  private final Stage stage;
  private final OptionalInt cutoffTokens;

  StageRules(DatasetEntry entry, Stage stage, OptionalInt cutoffTokens) {
    this.entry = entry;
    this.stage = stage;
    this.cutoffTokens = cutoffTokens;
  }

  Verdict apply(Row row, Draft draft) {
    return switch (stage) {
      case PRETRAINING -> pretraining(draft);
      case SUPERVISED -> supervised(row, draft);
      case PREFERENCE -> preference(row, draft);
      case KTO -> kto(row, draft);
    };
  }

  private Verdict pretraining(Draft draft) {
    if (draft.prompt().isEmpty()) {
      throw new PythonError(
          Reason.NO_PRETRAINING_TEXT,
          "the row has no first message and pretraining does not skip such rows: "
              + (draft.flaw() == null ? "drop it" : draft.flaw().explanation()));
    }
    RawTurn first = draft.prompt().getFirst();
    List<Alteration> alterations = new ArrayList<>(draft.alterations());
    if (draft.prompt().size() + draft.response().size() > 1 || PythonJson.isTrue(draft.system())) {
      alterations.add(
          new Alteration(
              Reason.PRETRAINING_READS_FIRST_TURN,
              "pretraining reads `%s` and nothing else of the row; put the whole text there"
                  .formatted(first.where())));
    }
    List<Turn> text = List.of(text(first));
    TurnNotes.emptyPrompt(draft.prompt(), alterations);
    Length.check(text, cutoffTokens, alterations);
    return new Verdict.Accepted(new Sample(text, List.of(), "", ""), alterations);
  }

  private Verdict supervised(Row row, Draft draft) {
    if (draft.prompt().size() % 2 != 1 || draft.response().size() != 1) {
      return dropped(draft);
    }
    return encoded(row, draft, draft.response(), List.of(draft.response()));
  }

  private Verdict preference(Row row, Draft draft) {
    if (draft.prompt().size() % 2 != 1 || draft.response().size() < 2) {
      return dropped(draft);
    }
    List<RawTurn> chosen = draft.response().subList(0, 1);
    List<RawTurn> rejected = draft.response().subList(1, 2);
    return encoded(row, draft, draft.response(), List.of(chosen, rejected));
  }

  private Verdict kto(Row row, Draft draft) {
    if (draft.prompt().size() % 2 != 1 || draft.response().size() < 2) {
      return dropped(draft);
    }
    boolean desirable = PythonJson.isTrue(draft.response().getFirst().content());
    int used = desirable ? 0 : 1;
    return encoded(row, draft, draft.response(), List.of(draft.response().subList(used, used + 1)));
  }

  private Verdict dropped(Draft draft) {
    Alteration flaw = draft.flaw();
    if (flaw == null) {
      flaw =
          draft.response().size() == 2
              ? new Alteration(
                  Reason.LABELLED_ROW,
                  "the row has two answers or a label, which supervised training skips; train it with KTO or DPO, or"
                      + " take the column out of the entry")
              : new Alteration(
                  Reason.PAIR_INCOMPLETE,
                  "the row has one answer and this stage needs two; add `chosen` and `rejected`, or a label");
    }
    return new Verdict.Dropped(flaw.reason(), flaw.explanation());
  }

  /**
   * Runs the template over the turns that are trained on. Each ending makes a sequence with the
   * prompt.
   */
  private Verdict encoded(Row row, Draft draft, List<RawTurn> shown, List<List<RawTurn>> endings) {
    List<Alteration> alterations = new ArrayList<>(draft.alterations());
    Media.check(row, entry, draft.prompt(), endings, alterations);
    String system = system(draft.system());
    String tools = "";
    if (PythonJson.isTrue(draft.tools())) {
      ToolSyntax.checkTools(draft.tools(), alterations);
      tools = draft.tools().stringValue();
    }
    for (RawTurn turn : draft.prompt()) {
      TurnNotes.template(turn, alterations);
    }
    for (List<RawTurn> ending : endings) {
      TurnNotes.template(ending.getFirst(), alterations);
    }
    TurnNotes.emptyPrompt(draft.prompt(), alterations);
    TurnNotes.answers(stage, draft, alterations);
    Sample sample = new Sample(texts(draft.prompt()), texts(shown), system, tools);
    List<Turn> all = new ArrayList<>(sample.prompt());
    all.addAll(sample.response());
    all.add(new Turn(Role.SYSTEM, system + tools));
    Length.check(all, cutoffTokens, alterations);
    return new Verdict.Accepted(sample, alterations);
  }

  private static String system(JsonNode system) {
    if (!PythonJson.isTrue(system)) {
      return "";
    }
    if (!system.isString()) {
      throw ToolSyntax.systemNotAString(system);
    }
    return system.stringValue();
  }

  private static List<Turn> texts(List<RawTurn> turns) {
    return turns.stream().map(StageRules::shown).toList();
  }

  /** A turn the template never saw (the unused one of a labelled pair) may be null. */
  private static Turn shown(RawTurn turn) {
    return turn.content().isString() ? text(turn) : new Turn(turn.role(), "");
  }

  private static Turn text(RawTurn turn) {
    if (!turn.content().isString()) {
      throw Failures.notAString(turn.where(), turn.content());
    }
    return new Turn(turn.role(), turn.content().stringValue());
  }
}
