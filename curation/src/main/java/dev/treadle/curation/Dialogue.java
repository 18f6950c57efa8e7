package dev.treadle.curation;

import dev.treadle.transcript.Content;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conversation as trainers can take it. Every tool result hangs at its call, so that neither can
 * be without the other; the last turn is an answer to train on; texts that lay in blobs are back.
 *
 * @param tools definitions in the OpenAI form, each with a name and parameters
 * @param losses what was given up on the way
 */
record Dialogue(List<Turn> turns, List<ObjectNode> tools, Set<Loss> losses) implements Reading {
  Dialogue {
    turns = List.copyOf(turns);
    tools = List.copyOf(tools);
    losses = Set.copyOf(losses);
  }

  /** Who speaks. */
  sealed interface Turn {
    Content content();

    /** The application's instructions. */
    record Instructions(Content content) implements Turn {}

    /** The person, or the program in its place. */
    record Question(Content content) implements Turn {}

    /**
     * The model.
     *
     * @param reasoning empty if there is none
     * @param calls of tools, made after the content was said
     */
    record Answer(String reasoning, Content content, List<Call> calls, boolean train)
        implements Turn {
      public Answer {
        calls = List.copyOf(calls);
      }

      Answer withoutResults() {
        return new Answer(
            reasoning,
            content,
            calls.stream()
                .map(it -> new Call(it.id(), it.name(), it.arguments(), Optional.empty(), false))
                .toList(),
            train);
      }
    }
  }

  /**
   * A call of a tool with what came of it.
   *
   * @param result absent only in the last turn, where the call itself is the target
   */
  record Call(
      String id, String name, ObjectNode arguments, Optional<Content> result, boolean error) {}

  Dialogue with(Loss loss) {
    Set<Loss> more = EnumSet.of(loss);
    more.addAll(losses);
    return new Dialogue(turns, tools, more);
  }

  /** The last turn. */
  Turn.Answer last() {
    return (Turn.Answer) turns.getLast();
  }

  boolean hasContextAnswers() {
    return turns.stream().anyMatch(turn -> turn instanceof Turn.Answer answer && !answer.train());
  }
}
