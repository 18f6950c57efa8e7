package dev.treadle.curation.llamafactory;

import java.util.List;

/** What the template makes of single turns, and which turns teach nothing or the wrong thing. */
final class TurnNotes {
  private TurnNotes() {}

  /** Fails where the template would; notes what it changes. */
  static void template(RawTurn turn, List<Alteration> alterations) {
    if (turn.role() == Role.SYSTEM) {
      throw new PythonError(
          Reason.ROLE_WITHOUT_TEMPLATE,
          "`%s` was taken for a system turn, because tags left out of the entry equal a missing role; write all tags"
              .formatted(turn.where()));
    }
    if (!turn.content().isString()) {
      throw Failures.notAString(turn.where(), turn.content());
    }
    String content = turn.content().stringValue();
    if (turn.role() == Role.FUNCTION) {
      ToolSyntax.checkFunctionCall(content, turn.where(), alterations);
    }
    if (turn.role() == Role.USER && content.contains("{{idx}}")) {
      alterations.add(
          new Alteration(
              Reason.INDEX_PLACEHOLDER,
              "`%s` contains {{idx}}, which the template replaces by the turn's number; write it otherwise"
                  .formatted(turn.where())));
    }
  }

  static void emptyPrompt(List<RawTurn> prompt, List<Alteration> alterations) {
    RawTurn last = prompt.getLast();
    if (last.role() == Role.USER && isBlank(last)) {
      alterations.add(
          new Alteration(
              Reason.EMPTY_PROMPT,
              "`%s` is empty, so the answer has no question; drop the row"
                  .formatted(last.where())));
    }
  }

  static void answers(Stage stage, Draft draft, List<Alteration> alterations) {
    switch (stage) {
      case PRETRAINING -> {}
      case SUPERVISED -> noteEmpty(draft.response(), alterations);
      case PREFERENCE -> {
        noteEmpty(draft.response().subList(0, 2), alterations);
        noteRoles(draft.response(), alterations);
        noteIdentical(draft.response(), alterations);
      }
      case KTO -> noteLabel(draft.response(), alterations);
    }
  }

  private static void noteEmpty(List<RawTurn> answers, List<Alteration> alterations) {
    for (RawTurn answer : answers) {
      if (isBlank(answer)) {
        alterations.add(
            new Alteration(
                Reason.EMPTY_RESPONSE,
                "`%s` is empty and the model learns to stop at once; drop the row"
                    .formatted(answer.where())));
      }
    }
  }

  private static void noteRoles(List<RawTurn> answers, List<Alteration> alterations) {
    for (RawTurn answer : answers) {
      if (!answer.role().answers()) {
        alterations.add(
            new Alteration(
                Reason.RESPONSE_ROLE_WRONG,
                "`%s` is an answer with the role of a question; the loader warns and trains on it all the same"
                    .formatted(answer.where())));
      }
    }
  }

  private static void noteIdentical(List<RawTurn> answers, List<Alteration> alterations) {
    RawTurn chosen = answers.get(0);
    RawTurn rejected = answers.get(1);
    if (chosen.role() == rejected.role() && chosen.content().equals(rejected.content())) {
      alterations.add(
          new Alteration(
              Reason.IDENTICAL_PAIR,
              "`%s` and `%s` are the same and teach nothing; drop the row"
                  .formatted(chosen.where(), rejected.where())));
    }
  }

  /**
   * The label is derived again from which of the two answers is not empty, so an empty answer that
   * was marked desirable turns undesirable.
   */
  private static void noteLabel(List<RawTurn> answers, List<Alteration> alterations) {
    RawTurn first = answers.getFirst();
    if (first.where().equals("label")) {
      noteEmpty(answers.subList(1, 2), alterations);
    } else if (!PythonJson.isTrue(first.content())) {
      alterations.add(
          new Alteration(
              Reason.LABEL_FLIPPED,
              "`%s` is empty and marked desirable, and is learnt as undesirable; drop the row"
                  .formatted(first.where())));
    }
  }

  private static boolean isBlank(RawTurn turn) {
    return turn.content().isString() && turn.content().stringValue().isBlank();
  }
}
