package dev.treadle.curation;

import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What route training learns from a comparison: which model answers such a text best. */
final class RouteLabels {
  private RouteLabels() {}

  static Rendition render(Example example, RenderOptions options) {
    if (!(example instanceof Comparison comparison)) {
      return Exclusion.NOT_A_COMPARISON.rendition();
    }
    List<Candidates.Scored> scored = Candidates.scored(comparison);
    if (scored.isEmpty()) {
      return Exclusion.NOT_SCORED.rendition();
    }
    if (scored.stream().map(Candidates.Scored::model).distinct().count() < 2) {
      return Exclusion.ONE_MODEL.rendition();
    }
    Candidates.Scored best = Candidates.best(scored).orElseThrow();
    if (best.score() < options.minimumScore()) {
      return Exclusion.LOW_SCORE.rendition();
    }
    boolean tie =
        scored.stream()
            .anyMatch(it -> it.score() == best.score() && !it.model().equals(best.model()));
    return tie ? Exclusion.TIE.rendition() : row(comparison, best.model(), options);
  }

  private static Rendition row(Comparison comparison, String model, RenderOptions options) {
    for (Message message : comparison.messages().reversed()) {
      if (message instanceof Message.User user) {
        return DialogueReader.question(user, options.blobs())
            .map(question -> row(question, model))
            .orElseGet(Exclusion.BLOB_MISSING::rendition);
      }
    }
    return Exclusion.NO_QUESTION.rendition();
  }

  private static Rendition row(Content question, String model) {
    Set<Loss> losses = EnumSet.noneOf(Loss.class);
    String text = Parts.plain(question, losses);
    return text.isBlank()
        ? Exclusion.IMAGE_ONLY_QUESTION.rendition()
        : new Rendition.Rows(
            List.of(Json.object().put("text", text).put("label", model)), Loss.codes(losses));
  }
}
