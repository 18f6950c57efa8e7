package dev.treadle.measure.score;

import java.util.List;
import java.util.Optional;

/** What a final answer says, read as mathematics. */
sealed interface Solution {
  /**
   * A number or an expression.
   *
   * @param unit absent where none is known
   * @param isPercent whether it is followed by a percent sign
   */
  record Amount(Term term, Optional<Unit> unit, boolean isPercent) implements Solution {
    static Amount of(Term term) {
      return new Amount(term, Optional.empty(), false);
    }
  }

  /** {@code left = right}, or with another of {@code < > ≤ ≥ ≠}. */
  record Relation(char sign, Term left, Term right) implements Solution {}

  /** The numbers between two, of a variable or not. */
  record Range(Term low, boolean hasLow, Term high, boolean hasHigh) implements Solution {}

  /**
   * Several in brackets, or in none.
   *
   * @param open a bracket; a blank where there is none
   */
  record Listing(char open, char close, List<Solution> items) implements Solution {
    public Listing {
      items = List.copyOf(items);
    }
  }

  /** Ranges together. */
  record Union(List<Solution> parts) implements Solution {
    public Union {
      parts = List.copyOf(parts);
    }
  }

  /** {@code 3:4}. */
  record Ratio(List<Term> parts) implements Solution {
    public Ratio {
      parts = List.copyOf(parts);
    }
  }

  /** An element of a list that is no mathematics. */
  record Words(String text) implements Solution {}
}
