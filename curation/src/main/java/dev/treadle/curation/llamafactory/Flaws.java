package dev.treadle.curation.llamafactory;

/** Flaws that more than one converter finds. */
final class Flaws {
  private Flaws() {}

  static Alteration incompletePair(Columns columns, String wanted) {
    return new Alteration(
        Reason.PAIR_INCOMPLETE,
        "`%s` and `%s` must both be %s, so the row has no pair of answers; write both"
            .formatted(columns.chosen(), columns.rejected(), wanted));
  }

  static Alteration labelNotBoolean(Columns columns) {
    return new Alteration(
        Reason.LABEL_NOT_BOOLEAN,
        "`%s` is not true or false, so the row has no label; write a JSON boolean, not a number or a text"
            .formatted(columns.ktoTag()));
  }
}
