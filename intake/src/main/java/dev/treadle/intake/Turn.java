package dev.treadle.intake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a session's tree: what a person wrote, or a whole assistant message (all lines that
 * share its id) with the results of its calls, wherever in the file those lie.
 */
final class Turn {
  final SessionRecord first;
  final boolean assistant;
  final List<SessionRecord> lines = new ArrayList<>(2);

  /** The result record of each call that was answered, by the call's id. */
  final Map<String, SessionRecord> results = new HashMap<>(2);

  final List<Turn> children = new ArrayList<>(1);
  @Nullable Turn parent;
  boolean answered;
  boolean interrupted;

  Turn(SessionRecord first, boolean assistant) {
    this.first = first;
    this.assistant = assistant;
    lines.add(first);
  }

  /** What names this turn in the session, for ever. */
  String name() {
    if (first.uuid() != null) {
      return first.uuid();
    }
    return first.messageId() != null ? first.messageId() : "line-" + first.index();
  }

  /** What the answer is called across files that replay it; of a turn of the person, nothing. */
  @Nullable String answerName() {
    return assistant ? (first.messageId() != null ? first.messageId() : name()) : null;
  }
}
