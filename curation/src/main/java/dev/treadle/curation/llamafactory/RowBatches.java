package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What rows do to their neighbours. The loader works on batches of 1,000 rows (its defaults, one
 * process):
 *
 * <ul>
 *   <li>the first batch of converted rows fixes the types of the converted columns, so one that is
 *       null or empty throughout cannot take values later;
 *   <li>KTO pairs each question with the answer of the row before it, the first one with the last
 *       of the batch. A dropped row has no answer to give, and the run stops at its successor.
 * </ul>
 */
final class RowBatches {
  private static final int BATCH_ROWS = 1_000;

  private final Stage stage;
  private final Tallies tallies;
  private final LateValues late = new LateValues();
  private final List<Labelled> batch = new ArrayList<>();
  private long rows;

  /**
   * A row of a KTO batch: whether it is trained on, and whether its answer can be lent to the next
   * row.
   */
  private record Labelled(long line, boolean trained, boolean lends) {}

  RowBatches(Stage stage, Tallies tallies) {
    this.stage = stage;
    this.tallies = tallies;
  }

  void add(long line, LoaderEmulator.Outcome outcome) {
    Draft draft = outcome.draft();
    if (draft != null) {
      late.add(draft, rows < BATCH_ROWS);
    }
    rows++;
    if (stage != Stage.KTO) {
      return;
    }
    batch.add(
        new Labelled(
            line, outcome.verdict() instanceof Verdict.Accepted, draft != null && lends(draft)));
    if (batch.size() == BATCH_ROWS) {
      endBatch();
    }
  }

  private static boolean lends(Draft draft) {
    List<RawTurn> answers = draft.response();
    return answers.size() >= 2
        || (answers.size() == 1 && PythonJson.isTrue(answers.getFirst().content()));
  }

  void end() {
    endBatch();
    late.report(tallies);
  }

  private void endBatch() {
    for (int i = 0; i < batch.size(); i++) {
      Labelled before = batch.get(i == 0 ? batch.size() - 1 : i - 1);
      if (batch.get(i).trained() && !before.lends()) {
        tallies.fail(
            Reason.LABEL_NEIGHBOUR_DROPPED,
            "the row at line %d has no answer to lend to the row at line %d, as KTO needs; repair or remove it"
                .formatted(before.line(), batch.get(i).line()));
        break;
      }
    }
    batch.clear();
  }

  /** Converted columns that have a type only after the first batch. */
  private static final class LateValues {
    private static final List<String> NAMES =
        List.of("system prompt", "tools", "prompt", "response");

    private final boolean[] early = new boolean[NAMES.size()];
    private final boolean[] lately = new boolean[NAMES.size()];

    void add(Draft draft, boolean firstBatch) {
      boolean[] seen = firstBatch ? early : lately;
      seen[0] |= hasType(draft.system());
      seen[1] |= hasType(draft.tools());
      seen[2] |= !draft.prompt().isEmpty();
      seen[3] |= !draft.response().isEmpty();
    }

    private static boolean hasType(JsonNode value) {
      return !value.isNull();
    }

    void report(Tallies tallies) {
      for (int i = 0; i < NAMES.size(); i++) {
        if (lately[i] && !early[i]) {
          tallies.fail(
              Reason.LATE_VALUE,
              "the first %d rows have no %s (null, or the rows are dropped) and later ones do, which cannot be joined;"
                      .formatted(BATCH_ROWS, NAMES.get(i))
                  + " write \"\" instead of null, or repair the first rows");
        }
      }
    }
  }
}
