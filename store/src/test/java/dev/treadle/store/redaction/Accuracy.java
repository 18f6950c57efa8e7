package dev.treadle.store.redaction;

import java.util.ArrayList;
import java.util.List;

/** How right the redactor is about vectors of one family. */
record Accuracy(Family family, int valid, int found, int falseAlarms, List<Vector> wrong) {
  static Accuracy of(Family family, List<Vector> vectors) {
    int valid = 0;
    int found = 0;
    int falseAlarms = 0;
    List<Vector> wrong = new ArrayList<>();
    for (Vector vector : vectors) {
      boolean right = vector.isRight();
      valid += vector.isValid() ? 1 : 0;
      found += vector.isValid() && right ? 1 : 0;
      falseAlarms += !vector.isValid() && !right ? 1 : 0;
      if (!right) {
        wrong.add(vector);
      }
    }
    return new Accuracy(family, valid, found, falseAlarms, wrong);
  }

  double recall() {
    return valid == 0 ? 1 : (double) found / valid;
  }

  double precision() {
    return found + falseAlarms == 0 ? 1 : (double) found / (found + falseAlarms);
  }

  /** The figures and some of the vectors that went wrong; all of them are random fakes. */
  String report() {
    StringBuilder out =
        new StringBuilder(
            String.format(
                "%-18s recall %.4f  precision %.4f  (%d valid)",
                family.label(), recall(), precision(), valid));
    for (Vector vector : wrong.subList(0, Math.min(5, wrong.size()))) {
      out.append(vector.isValid() ? "\n    missed      " : "\n    false alarm ")
          .append(vector.text().replace("\n", "⏎"));
    }
    return out.toString();
  }
}
