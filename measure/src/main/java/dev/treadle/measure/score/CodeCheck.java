package dev.treadle.measure.score;

/** Runs the tests that belong to a question against the code in an answer. */
public interface CodeCheck {
  /** There is nothing to run code in. */
  CodeCheck UNAVAILABLE =
      (_, _) ->
          Judgement.none(
              Method.CODE.wire(), "code cannot be judged: there is no sandbox to run its tests in");

  /**
   * Runs.
   *
   * @param tests as the question brings them
   * @return the share of the tests that pass, or no score and why
   */
  Judgement check(String answer, String tests);
}
