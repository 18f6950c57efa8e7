package dev.treadle.gateway.evaluate;

import dev.treadle.measure.score.AnswerScore;
import dev.treadle.measure.score.CodeCheck;
import dev.treadle.measure.score.GoldenSet;
import dev.treadle.measure.score.Heuristics;
import dev.treadle.measure.score.JudgeProtocol;
import dev.treadle.measure.score.Judgement;
import dev.treadle.measure.score.Method;
import java.util.Optional;

/**
 * Judges an answer by what is there to judge it by: tests, a reference, the known answer to the
 * question, and else a judging model. Where there is none of these, it says so and gives no score.
 */
public final class Evaluator {
  private final EvaluateSettings settings;
  private final JudgeModel model;
  private final CodeCheck codes;

  public Evaluator(EvaluateSettings settings, JudgeModel model, CodeCheck codes) {
    this.settings = settings;
    this.model = model;
    this.codes = codes;
  }

  /** Judges. Never throws: what cannot be judged has the score -1 and says why. */
  public Judgement evaluate(Task task) {
    if (task.heuristics()) {
      Judgement sign = Heuristics.judge(task.question(), task.answer());
      boolean isAll =
          task.reference().isEmpty() && task.tests().isEmpty() && task.method().isEmpty();
      if (sign.isScored() || (isAll && settings.judge().isEmpty())) {
        return sign;
      }
    }
    return task.method().map(it -> by(it, task)).orElseGet(() -> byWhatIsThere(task));
  }

  private Judgement byWhatIsThere(Task task) {
    if (task.tests().isPresent()) {
      return by(Method.CODE, task);
    }
    if (task.reference().isPresent()) {
      return referred(task, task.reference().get(), Optional.empty());
    }
    Optional<GoldenSet.Known> known = settings.references().find(task.question());
    if (known.isPresent()) {
      return referred(task, known.get().reference(), known.get().method());
    }
    return by(Method.JUDGE, task);
  }

  /** What a reference is like decides; a judge knows more of a text than its words. */
  private Judgement referred(Task task, String reference, Optional<Method> method) {
    Judgement judgement = AnswerScore.judge(task.question(), task.answer(), reference, method);
    boolean isText = method.isEmpty() && judgement.method().equals(Method.ROUGE_L.wire());
    boolean isJudged = settings.judge().isPresent() && (isText || task.rubric().isPresent());
    return isJudged || method.filter(Method.JUDGE::equals).isPresent()
        ? judged(task, Optional.of(reference))
        : judgement;
  }

  private Judgement by(Method method, Task task) {
    Optional<String> reference =
        task.reference()
            .or(() -> settings.references().find(task.question()).map(GoldenSet.Known::reference));
    return switch (method) {
      case CODE ->
          task.tests()
              .map(it -> codes.check(task.answer(), it))
              .orElseGet(() -> Judgement.none(method.wire(), "there are no tests to run"));
      case JUDGE -> judged(task, reference);
      case EXACT, MULTIPLE_CHOICE, NUMERIC, MATHEMATICAL, ROUGE_L ->
          reference
              .map(it -> AnswerScore.judge(task.question(), task.answer(), it, Optional.of(method)))
              .orElseGet(
                  () -> Judgement.none(method.wire(), "there is no reference to compare with"));
    };
  }

  private Judgement judged(Task task, Optional<String> reference) {
    if (settings.judge().isEmpty()) {
      return Judgement.none(
          "none",
          "there is nothing to judge by: give a reference, set evaluate.references or"
              + " evaluate.judge");
    }
    JudgeProtocol.Grounds grounds = new JudgeProtocol.Grounds(reference, task.rubric());
    Judgement given = graded(task, grounds, false);
    return settings.swaps() ? JudgeProtocol.mean(given, graded(task, grounds, true)) : given;
  }

  private Judgement graded(Task task, JudgeProtocol.Grounds grounds, boolean isExchanged) {
    String prompt = JudgeProtocol.one(task.question(), task.answer(), grounds, isExchanged);
    return switch (ask(prompt)) {
      case JudgeModel.Said.Words(String text) -> JudgeProtocol.readOne(text);
      case JudgeModel.Said.Nothing(String why) ->
          Judgement.none(Method.JUDGE.wire(), "the judge gave no answer: " + why);
    };
  }

  /**
   * Which of two answers is better, asked both ways round.
   *
   * @return nothing where there is no judge, or no verdict of it
   */
  public Optional<JudgeProtocol.Preference> prefers(
      String question, String first, String second, JudgeProtocol.Grounds grounds) {
    Optional<JudgeProtocol.Preference> given =
        verdict(JudgeProtocol.two(question, first, second, grounds));
    if (given.isEmpty()) {
      return given;
    }
    return verdict(JudgeProtocol.two(question, second, first, grounds))
        .map(it -> JudgeProtocol.settled(given.get(), it));
  }

  private Optional<JudgeProtocol.Preference> verdict(String prompt) {
    return switch (ask(prompt)) {
      case JudgeModel.Said.Words(String text) -> JudgeProtocol.readTwo(text);
      case JudgeModel.Said.Nothing _ -> Optional.empty();
    };
  }

  private JudgeModel.Said ask(String prompt) {
    return settings
        .judge()
        .map(it -> model.ask(it, prompt, settings.timeout()))
        .orElseGet(() -> new JudgeModel.Said.Nothing("no judge is configured"));
  }
}
