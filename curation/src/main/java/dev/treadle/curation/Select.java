package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.Message;
import java.util.Collections;
import java.util.List;

/** Takes the examples of a kind and a source, and leaves out what nothing can be learned from. */
record Select(
    List<String> systems,
    List<String> kinds,
    List<String> withoutTerms,
    boolean agents,
    boolean unanswered,
    int minMessages)
    implements Stage.OfEach {
  static final String NAME = "select";

  static Select of(Parameters parameters) {
    return new Select(
        parameters.words("systems"),
        parameters.words("kinds"),
        parameters.words("without-terms"),
        parameters.flag("agents", true),
        parameters.flag("unanswered", false),
        parameters.count("min-messages", 2));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public Verdict map(Example example) {
    String system = example.header().source().system();
    if (!systems.isEmpty() && !systems.contains(system)) {
      return Verdict.drop("other_system", system);
    }
    if (!kinds.isEmpty() && !kinds.contains(example.kind())) {
      return Verdict.drop("other_kind", example.kind());
    }
    String terms = example.header().source().terms().orElse("");
    if (!Collections.disjoint(withoutTerms, List.of(terms.split("\\+", -1)))) {
      return Verdict.drop("terms", terms);
    }
    if (!agents && example.header().labels().containsKey("agent")) {
      return Verdict.drop("agent", "the conversation of an agent that another one asked");
    }
    int messages = messages(example);
    if (messages < minMessages) {
      return Verdict.drop("too_short", messages + " messages");
    }
    return unanswered || hasTarget(example)
        ? Verdict.KEEP
        : Verdict.drop("no_answer", "no answer of a model to train on");
  }

  /** A comparison's prompt and one of its answers; of the others, what there is. */
  private static int messages(Example example) {
    int messages = example.messages().size();
    return example instanceof dev.treadle.transcript.Comparison ? messages + 1 : messages;
  }

  static boolean hasTarget(Example example) {
    return switch (example) {
      case dev.treadle.transcript.Comparison comparison -> !comparison.candidates().isEmpty();
      case dev.treadle.transcript.Conversation _,
          dev.treadle.transcript.Trajectory _,
          dev.treadle.transcript.Question _ -> {
        for (Message message : example.messages()) {
          if (message instanceof Message.Assistant assistant && assistant.train()) {
            yield true;
          }
        }
        yield false;
      }
    };
  }
}
