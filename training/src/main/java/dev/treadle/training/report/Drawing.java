package dev.treadle.training.report;

import java.util.List;

/** Marks on a white sheet, in the order in which they are put there. */
record Drawing(int width, int height, List<Mark> marks) {
  Drawing {
    marks = List.copyOf(marks);
  }
}
