package dev.treadle.curation;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Question;
import dev.treadle.transcript.Trajectory;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** What supervised formats share: which dialogue of an example is learned. */
final class Supervised {
  private Supervised() {}

  /** Writes one dialogue; what the format cannot hold is added to {@code losses}. */
  @FunctionalInterface
  interface Row {
    ObjectNode write(Dialogue dialogue, RenderOptions options, Set<Loss> losses);
  }

  /** What a format can express. */
  enum Shape {
    /** Any order, parts, and a flag that keeps an answer from being learned. */
    FREE,
    /** Questions and answers in turn, texts only; the flag is there. */
    STRICT,
    /** As {@link #STRICT}, but every answer is learned. */
    STRICT_WITHOUT_FLAG
  }

  static Rendition render(Example example, RenderOptions options, Shape shape, Row row) {
    Reading reading = read(example, options, shape);
    if (shape != Shape.FREE && reading instanceof Dialogue dialogue) {
      reading = Alternation.of(dialogue);
    }
    return switch (reading) {
      case Exclusion exclusion -> exclusion.rendition();
      case Dialogue dialogue -> {
        Set<Loss> losses = EnumSet.noneOf(Loss.class);
        losses.addAll(dialogue.losses());
        if (shape == Shape.STRICT_WITHOUT_FLAG && dialogue.hasContextAnswers()) {
          losses.add(Loss.CONTEXT_TURNS_TRAINED);
        }
        ObjectNode written = row.write(dialogue, options, losses);
        yield new Rendition.Rows(List.of(written), Loss.codes(losses));
      }
    };
  }

  private static Reading read(Example example, RenderOptions options, Shape shape) {
    return switch (example) {
      case Conversation it -> conversation(it, options, shape);
      case Question it -> recorded(it, options);
      case Trajectory it ->
          it.outcome().trainable()
              ? DialogueReader.run(it.messages(), it.tools(), options.blobs())
              : Exclusion.NOT_TRAINABLE;
      case Comparison it -> best(it, options);
    };
  }

  /** Where the flag is missing, the answer that the user objected to must not be there at all. */
  private static Reading conversation(
      Conversation conversation, RenderOptions options, Shape shape) {
    Optional<Correction> correction =
        shape == Shape.STRICT_WITHOUT_FLAG ? Correction.of(conversation) : Optional.empty();
    if (correction.isEmpty()) {
      return recorded(conversation, options);
    }
    Reading reading =
        DialogueReader.answered(
            correction.get().prompt(),
            correction.get().chosen(),
            conversation.tools(),
            options.blobs());
    return reading instanceof Dialogue dialogue
        ? dialogue.with(Loss.CORRECTION_TURNS_CUT)
        : reading;
  }

  private static Reading recorded(Example example, RenderOptions options) {
    return DialogueReader.recorded(example.messages(), example.tools(), options.blobs());
  }

  /** The best answer of a comparison is a target like any other: rejection sampling. */
  private static Reading best(Comparison comparison, RenderOptions options) {
    List<Candidates.Scored> scored = Candidates.scored(comparison);
    Optional<Candidates.Scored> best = Candidates.best(scored);
    if (best.isEmpty()) {
      return Exclusion.NOT_SCORED;
    }
    if (best.get().score() < options.minimumScore()) {
      return Exclusion.LOW_SCORE;
    }
    Reading reading =
        DialogueReader.answered(
            comparison.messages(), best.get().message(), comparison.tools(), options.blobs());
    return reading instanceof Dialogue dialogue && answers(comparison) > 1
        ? dialogue.with(Loss.OTHER_ANSWERS_DROPPED)
        : reading;
  }

  private static long answers(Comparison comparison) {
    return comparison.candidates().stream()
        .map(Candidate::message)
        .flatMap(Optional::stream)
        .count();
  }
}
