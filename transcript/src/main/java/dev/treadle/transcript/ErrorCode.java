package dev.treadle.transcript;

/**
 * The stable identity of a failure. Each module declares its codes as an enum in a number range of
 * its own: transcript 1000, store 2000, measure 3000, intake 4000, curation 5000, app 9000.
 */
public interface ErrorCode {
  /** The number, unique in the product and never reused. */
  int number();

  /** Whose doing it is. */
  Blame blame();

  /** The constant's name. */
  String name();
}
