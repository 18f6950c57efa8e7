package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Content;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a dialogue strict: texts only, one system prompt at most and in front, then questions and
 * answers in turn. Loaders and chat templates drop or refuse anything else.
 */
final class Alternation {
  private final Set<Loss> losses;
  private final List<String> instructions = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();

  private Alternation(Set<Loss> losses) {
    this.losses = losses;
  }

  static Reading of(Dialogue dialogue) {
    Set<Loss> losses = EnumSet.noneOf(Loss.class);
    losses.addAll(dialogue.losses());
    return new Alternation(losses).read(dialogue);
  }

  private Reading read(Dialogue dialogue) {
    for (Turn turn : dialogue.turns()) {
      String text = Parts.plain(turn.content(), losses);
      switch (turn) {
        case Turn.Instructions _ -> instructions.add(text);
        case Turn.Question _ -> {
          if (text.isBlank()) {
            return Exclusion.IMAGE_ONLY_QUESTION;
          }
          question(text);
        }
        case Turn.Answer answer -> answer(answer, text);
      }
    }
    if (instructions.size() > 1) {
      losses.add(Loss.SYSTEM_PROMPTS_JOINED);
    }
    if (!instructions.isEmpty()) {
      turns.addFirst(new Turn.Instructions(Content.of(String.join("\n\n", instructions))));
    }
    return new Dialogue(turns, dialogue.tools(), losses);
  }

  private void question(String text) {
    if (!turns.isEmpty() && turns.getLast() instanceof Turn.Question before) {
      losses.add(Loss.USER_TURNS_JOINED);
      turns.removeLast();
      turns.add(new Turn.Question(joined(before.content(), text)));
    } else {
      turns.add(new Turn.Question(Content.of(text)));
    }
  }

  private void answer(Turn.Answer answer, String text) {
    if (turns.isEmpty()) {
      losses.add(Loss.LEADING_ANSWER_DROPPED);
      return;
    }
    List<Call> calls = answer.calls().stream().map(this::plain).toList();
    if (turns.getLast() instanceof Turn.Answer before && before.calls().isEmpty()) {
      losses.add(Loss.ANSWERS_JOINED);
      turns.removeLast();
      turns.add(
          new Turn.Answer(
              joined(Content.of(before.reasoning()), answer.reasoning()).plainText(),
              joined(before.content(), text),
              calls,
              before.train() && answer.train()));
    } else {
      turns.add(new Turn.Answer(answer.reasoning(), Content.of(text), calls, answer.train()));
    }
  }

  private Call plain(Call call) {
    Optional<Content> result = call.result().map(it -> Content.of(Parts.plain(it, losses)));
    return new Call(call.id(), call.name(), call.arguments(), result, call.error());
  }

  private static Content joined(Content before, String text) {
    String first = before.plainText();
    return Content.of(first.isEmpty() || text.isEmpty() ? first + text : first + "\n\n" + text);
  }
}
