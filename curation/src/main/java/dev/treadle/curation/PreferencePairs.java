package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Question;
import dev.treadle.transcript.Tool;
import dev.treadle.transcript.Trajectory;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Preference pairs in TRL's form. Of a comparison: its best and its worst scored answer. Of a
 * conversation with the label {@code signal: user_correction}: the answer that the user objected to
 * and the one that followed.
 */
final class PreferencePairs {
  private PreferencePairs() {}

  static Rendition render(Example example, RenderOptions options) {
    return switch (example) {
      case Comparison it -> compared(it, options);
      case Conversation it -> corrected(it, options);
      case Trajectory _, Question _ -> Exclusion.NO_PAIR.rendition();
    };
  }

  private static Rendition compared(Comparison comparison, RenderOptions options) {
    List<Candidates.Scored> scored = Candidates.scored(comparison);
    if (scored.isEmpty()) {
      return Exclusion.NOT_SCORED.rendition();
    }
    if (scored.size() < 2) {
      return Exclusion.NO_PAIR.rendition();
    }
    Candidates.Scored best = Candidates.best(scored).orElseThrow();
    Candidates.Scored worst = Candidates.worst(scored).orElseThrow();
    if (best.score() == worst.score()) {
      return Exclusion.TIE.rendition();
    }
    if (best.score() < options.minimumScore()) {
      return Exclusion.LOW_SCORE.rendition();
    }
    if (best.score() - worst.score() < options.minimumMargin()) {
      return Exclusion.MARGIN_TOO_SMALL.rendition();
    }
    return pair(
        comparison.messages(), best.message(), worst.message(), comparison.tools(), options);
  }

  private static Rendition corrected(Conversation conversation, RenderOptions options) {
    return Correction.of(conversation)
        .map(it -> pair(it.prompt(), it.chosen(), it.rejected(), conversation.tools(), options))
        .orElseGet(Exclusion.NO_PAIR::rendition);
  }

  private static Rendition pair(
      List<Message> prompt,
      Message.Assistant chosen,
      Message.Assistant rejected,
      List<Tool> tools,
      RenderOptions options) {
    Reading good = strict(DialogueReader.answered(prompt, chosen, tools, options.blobs()));
    Reading bad = strict(DialogueReader.answered(prompt, rejected, tools, options.blobs()));
    if (good instanceof Exclusion exclusion) {
      return exclusion.rendition();
    }
    if (bad instanceof Exclusion exclusion) {
      return exclusion.rendition();
    }
    return rows((Dialogue) good, (Dialogue) bad, options.thinking());
  }

  private static Reading strict(Reading reading) {
    return reading instanceof Dialogue dialogue ? Alternation.of(dialogue) : reading;
  }

  private static Rendition rows(Dialogue good, Dialogue bad, Thinking thinking) {
    Set<Loss> losses = EnumSet.noneOf(Loss.class);
    losses.addAll(good.losses());
    losses.addAll(bad.losses());
    List<Turn> prompt = good.turns().subList(0, good.turns().size() - 1);
    ArrayNode chosen = TrlRows.messages(List.of(good.last()), thinking, losses);
    ArrayNode rejected = TrlRows.messages(List.of(bad.last()), thinking, losses);
    if (chosen.equals(rejected)) {
      return Exclusion.SAME_ANSWER.rendition();
    }
    ObjectNode row = Json.object();
    row.set("prompt", TrlRows.messages(prompt, thinking, losses));
    row.set("chosen", chosen);
    row.set("rejected", rejected);
    row.put("tools", Fields.json(Fields.array(good.tools())));
    return new Rendition.Rows(List.of(row), Loss.codes(losses));
  }
}
