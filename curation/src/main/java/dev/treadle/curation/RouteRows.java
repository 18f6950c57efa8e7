package dev.treadle.curation;

import dev.treadle.measure.score.BestAnswer;
import dev.treadle.measure.text.TextClassifier;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Message;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Rows for route training: a comparison's question, and the model that answered it best. */
final class RouteRows {
  private RouteRows() {}

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
    Map<String, Double> scores = new TreeMap<>();
    scored.forEach(it -> scores.merge(it.model(), it.score(), Math::max));
    return switch (BestAnswer.among(scores, model -> model, options.minimumScore(), 0)) {
      case BestAnswer.Of best -> row(comparison, best.label(), options);
      case BestAnswer.None.NO_SCORE -> Exclusion.NOT_SCORED.rendition();
      case BestAnswer.None.LOW_SCORE -> Exclusion.LOW_SCORE.rendition();
      case BestAnswer.None.TIE -> Exclusion.TIE.rendition();
    };
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
            List.of(new TextClassifier.Labelled(text, model).json()), Loss.codes(losses));
  }
}
