package dev.treadle.curation.llamafactory;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Says what LLaMA-Factory (at {@link Upstream#COMMIT}) would do with one row of a dataset.
 *
 * <p>A row alone is judged as a file of one row. What rows do to each other (columns missing here
 * and present there, types that differ) only {@link DatasetCheck} can tell. Immutable, and safe for
 * several threads.
 */
public final class LoaderEmulator {
  private final DatasetEntry entry;
  private final Stage stage;
  private final FileForm form;
  private final Converter converter;
  private final StageRules rules;

  public LoaderEmulator(DatasetEntry entry, Stage stage) {
    this(entry, stage, FileForm.LINES, OptionalInt.empty());
  }

  /**
   * An emulator for one form of file.
   *
   * @param cutoffTokens the run's {@code cutoff_len}; where given, rows longer by estimate are
   *     noted
   */
  public LoaderEmulator(DatasetEntry entry, Stage stage, FileForm form, OptionalInt cutoffTokens) {
    this.entry = entry;
    this.stage = stage;
    this.form = form;
    this.converter = Converter.of(entry);
    this.rules = new StageRules(entry, stage, cutoffTokens);
  }

  /** Judges a row by itself. */
  public Verdict judge(JsonNode row) {
    ColumnSketch sketch = new ColumnSketch();
    sketch.add(row);
    return judge(row, sketch, OddJson.inValue(row)).verdict();
  }

  /** A verdict, and the converted row that led to it where conversion came to an end. */
  record Outcome(Verdict verdict, @Nullable Draft draft) {}

  /**
   * Judges a row of a file whose columns have been sketched, with what was odd in its JSON text.
   */
  Outcome judge(JsonNode row, ColumnSketch sketch, List<OddJson> oddities) {
    Draft draft = null;
    try {
      List<Alteration> alterations = alterations(row, oddities);
      Row shaped = new Row(ArrowRows.shaped(row, sketch));
      draft = converter.convert(shaped);
      Verdict verdict = rules.apply(shaped, draft);
      if (verdict instanceof Verdict.Accepted accepted) {
        ArrowRows.notePadding(row, sketch, entry, alterations);
        alterations.addAll(accepted.alterations());
        verdict = new Verdict.Accepted(accepted.sample(), alterations);
      }
      return new Outcome(verdict, draft);
    } catch (PythonError e) {
      return new Outcome(e.verdict(), draft);
    }
  }

  private List<Alteration> alterations(JsonNode row, List<OddJson> oddities) {
    if (entry.ranking() != (stage == Stage.PREFERENCE)) {
      throw new PythonError(
          Reason.STAGE_MISMATCH,
          "`ranking` is %s in the entry and the stage is %s; set ranking to true for preferences and to nothing else"
              .formatted(entry.ranking(), stage));
    }
    if (!row.isObject()) {
      throw new PythonError(
          Reason.NOT_AN_OBJECT,
          "the row is %s, not an object".formatted(PythonJson.shortForm(row)));
    }
    List<Alteration> alterations = new ArrayList<>();
    for (OddJson oddity : oddities) {
      if (!oddity.isHarmless(form)) {
        alterations.add(oddity.in(form));
      }
    }
    return alterations;
  }
}
