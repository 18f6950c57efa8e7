package dev.treadle.training.serving;

import dev.treadle.training.tokens.StopTexts;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Tells thinking, calls of tools and text apart while an answer comes in, as Qwen's models and
 * those that learned from their templates write them: {@code <think>…</think>} before the answer,
 * {@code <tool_call>{json}</tool_call>} within it. What looks like a call and is none stays text.
 */
public final class AnswerReader {
  private static final String THINK = "<think>";
  private static final String THOUGHT = "</think>";
  private static final String CALL = "<tool_call>";
  private static final String CALLED = "</tool_call>";

  private final boolean hasThinking;
  private final boolean hasCalls;
  private Place place;
  private String held = "";

  /** White space that is only said if more of the same follows. */
  private String space = "";

  /** Whether what comes next stands at the beginning of a part. */
  private boolean isFirst = true;

  private boolean isBegun;

  /** What is being read. */
  private enum Place {
    TEXT,
    THINKING,
    CALLING
  }

  /**
   * A reader of one answer.
   *
   * @param hasThinking whether the model writes thinking so
   * @param isThinking whether the prompt has begun the thinking
   * @param hasCalls whether the model writes calls so, and was offered tools
   */
  public AnswerReader(boolean hasThinking, boolean isThinking, boolean hasCalls) {
    this.hasThinking = hasThinking;
    this.hasCalls = hasCalls;
    this.place = hasThinking && isThinking ? Place.THINKING : Place.TEXT;
  }

  /** What is certain with one more piece. */
  public List<AnswerPart> add(String piece) {
    List<AnswerPart> parts = new ArrayList<>();
    held += piece;
    boolean isMoving = true;
    while (isMoving) {
      isMoving =
          switch (place) {
            case TEXT -> text(parts);
            case THINKING -> thinking(parts);
            case CALLING -> calling(parts);
          };
    }
    return parts;
  }

  /** What was held back. */
  public List<AnswerPart> end() {
    List<AnswerPart> parts = new ArrayList<>();
    switch (place) {
      case TEXT -> say(held, parts);
      case THINKING -> think(held, parts);
      // Models end their turn without the closing mark now and then.
      case CALLING -> call(held).ifPresentOrElse(parts::add, () -> say(CALL + held, parts));
    }
    if (place == Place.TEXT && !isFirst && !space.isEmpty()) {
      parts.add(new AnswerPart.Content(space));
    }
    held = "";
    space = "";
    return parts;
  }

  private boolean text(List<AnswerPart> parts) {
    int call = hasCalls ? held.indexOf(CALL) : -1;
    boolean mayThink = hasThinking && !isBegun;
    int think = mayThink ? held.indexOf(THINK) : -1;
    if (think >= 0 && held.substring(0, think).isBlank()) {
      begin(Place.THINKING, think + THINK.length());
      return true;
    }
    if (call >= 0) {
      say(held.substring(0, call), parts);
      begin(Place.CALLING, call + CALL.length());
      return true;
    }
    int keep = Math.max(hasCalls ? begun(CALL) : 0, mayThink ? begun(THINK) : 0);
    say(held.substring(0, held.length() - keep), parts);
    held = held.substring(held.length() - keep);
    return false;
  }

  private boolean thinking(List<AnswerPart> parts) {
    int end = held.indexOf(THOUGHT);
    if (end < 0) {
      int keep = begun(THOUGHT);
      think(held.substring(0, held.length() - keep), parts);
      held = held.substring(held.length() - keep);
      return false;
    }
    think(held.substring(0, end), parts);
    begin(Place.TEXT, end + THOUGHT.length());
    isBegun = true;
    return true;
  }

  private boolean calling(List<AnswerPart> parts) {
    int end = held.indexOf(CALLED);
    if (end < 0) {
      return false;
    }
    String body = held.substring(0, end);
    begin(Place.TEXT, end + CALLED.length());
    call(body).ifPresentOrElse(parts::add, () -> say(CALL + body + CALLED, parts));
    return true;
  }

  private void begin(Place next, int from) {
    held = held.substring(from);
    space = "";
    isFirst = true;
    place = next;
  }

  private int begun(String mark) {
    return StopTexts.begun(held, mark);
  }

  private void say(String text, List<AnswerPart> parts) {
    if (!hasThinking && !hasCalls) {
      isFirst = false;
      if (!text.isEmpty()) {
        parts.add(new AnswerPart.Content(text));
      }
      return;
    }
    boolean mayBeDropped = hasCalls || !isBegun;
    String said = spaced(text, mayBeDropped);
    if (!said.isEmpty()) {
      parts.add(new AnswerPart.Content(said));
      isBegun = true;
    }
  }

  private void think(String text, List<AnswerPart> parts) {
    String said = spaced(text, true);
    if (!said.isEmpty()) {
      parts.add(new AnswerPart.Reasoning(said));
    }
  }

  /** Without the white space around a part. */
  private String spaced(String text, boolean mayBeDropped) {
    String all = space + text;
    String trimmed = isFirst && (isBegun || place == Place.THINKING) ? all.stripLeading() : all;
    String said = mayBeDropped ? trimmed.stripTrailing() : trimmed;
    space = trimmed.substring(said.length());
    isFirst &= said.isEmpty();
    return said;
  }

  private static Optional<AnswerPart> call(String body) {
    try {
      JsonNode json = Json.read(body);
      JsonNode arguments = json.path("arguments");
      String name = json.path("name").asString("");
      if (name.isBlank() || !(arguments.isObject() || arguments.isMissingNode())) {
        return Optional.empty();
      }
      return Optional.of(
          new AnswerPart.Call(name, arguments.isObject() ? arguments.toString() : "{}"));
    } catch (TreadleException e) {
      return Optional.empty();
    }
  }
}
