package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.Tool;
import dev.treadle.transcript.ToolCall;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a dialogue of messages: pairs calls with results by id, drops what has no partner, puts
 * blobs back, and cuts what follows the last answer to train on.
 */
final class DialogueReader {
  private static final String THINK = "<think>";
  private static final String END_OF_THINK = "</think>";

  private final List<Message> messages;
  private final Blobs blobs;
  private final boolean mayEndWithCall;
  private final Set<Loss> losses = EnumSet.noneOf(Loss.class);
  private final Map<Place, Message.ToolResult> results = new HashMap<>();
  private final List<Turn> turns = new ArrayList<>();
  private final List<Obstacle> obstacles = new ArrayList<>();

  /** A call of a message. */
  private record Place(int message, int call) {}

  /** Why the dialogue cannot be used if it reaches this turn. */
  private record Obstacle(int turn, Exclusion exclusion) {}

  private DialogueReader(List<Message> messages, Blobs blobs, boolean mayEndWithCall) {
    this.messages = messages;
    this.blobs = blobs;
    this.mayEndWithCall = mayEndWithCall;
  }

  /** A recorded dialogue: calls that nothing answered are dropped. */
  static Reading recorded(List<Message> messages, List<Tool> tools, Blobs blobs) {
    return new DialogueReader(messages, blobs, false).read(tools);
  }

  /** An agent's run, which may end with a call, as most do: its result teaches nothing more. */
  static Reading run(List<Message> messages, List<Tool> tools, Blobs blobs) {
    return new DialogueReader(messages, blobs, true).read(tools);
  }

  /** A prompt and one answer to it, which may be a call. */
  static Reading answered(
      List<Message> prompt, Message.Assistant answer, List<Tool> tools, Blobs blobs) {
    List<Message> messages = new ArrayList<>(prompt);
    messages.add(answer.withTrain(true));
    return new DialogueReader(messages, blobs, true).read(tools);
  }

  /** One user message alone; empty if a blob of it is missing. */
  static Optional<Content> question(Message.User user, Blobs blobs) {
    DialogueReader reader = new DialogueReader(List.of(user), blobs, false);
    Content content = reader.content(user.content());
    return reader.obstacles.isEmpty() ? Optional.of(content) : Optional.empty();
  }

  private Reading read(List<Tool> tools) {
    pair();
    for (int i = 0; i < messages.size(); i++) {
      turn(i);
    }
    Optional<Exclusion> exclusion = cut();
    if (exclusion.isPresent()) {
      return exclusion.get();
    }
    for (Obstacle obstacle : obstacles) {
      if (obstacle.turn() < turns.size()) {
        return obstacle.exclusion();
      }
    }
    if (calls().stream().anyMatch(Call::error)) {
      losses.add(Loss.TOOL_ERROR_FLAG_DROPPED);
    }
    return new Dialogue(turns, ToolSchemas.of(tools, calls(), losses), losses);
  }

  /** By id; an id that is used again means the latest call. */
  private void pair() {
    Map<String, Place> open = new HashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      switch (messages.get(i)) {
        case Message.Assistant assistant -> {
          for (int call = 0; call < assistant.toolCalls().size(); call++) {
            open.put(assistant.toolCalls().get(call).id(), new Place(i, call));
          }
        }
        case Message.ToolResult result -> {
          Place place = open.remove(result.toolCallId());
          if (place == null) {
            losses.add(Loss.UNPAIRED_RESULT_DROPPED);
          } else {
            results.put(place, result);
          }
        }
        case Message.SystemPrompt _, Message.User _ -> {}
      }
    }
  }

  private void turn(int index) {
    switch (messages.get(index)) {
      case Message.SystemPrompt it -> {
        if (!Parts.isBlank(it.content())) {
          turns.add(new Turn.Instructions(content(it.content())));
        }
      }
      case Message.User it -> {
        if (!Parts.isBlank(it.content())) {
          turns.add(new Turn.Question(content(it.content())));
        }
      }
      case Message.Assistant it -> answer(index, it);
      case Message.ToolResult _ -> {}
    }
  }

  private void answer(int index, Message.Assistant it) {
    List<Call> calls = new ArrayList<>(it.toolCalls().size());
    for (int i = 0; i < it.toolCalls().size(); i++) {
      Message.ToolResult result = results.get(new Place(index, i));
      if (result != null || (mayEndWithCall && index == messages.size() - 1)) {
        calls.add(call(it.toolCalls().get(i), Optional.ofNullable(result)));
      }
    }
    boolean whole = calls.size() == it.toolCalls().size();
    if (!whole) {
      losses.add(Loss.UNANSWERED_CALL_DROPPED);
    }
    String reasoning = it.reasoning().orElse("").strip();
    Content content = content(it.content());
    if (reasoning.isEmpty() && content instanceof Content.Text(String text)) {
      int end = text.indexOf(END_OF_THINK);
      if (text.startsWith(THINK) && end > 0) {
        reasoning = text.substring(THINK.length(), end).strip();
        content = Content.of(text.substring(end + END_OF_THINK.length()).strip());
      }
    }
    if (calls.isEmpty() && Parts.isBlank(content)) {
      if (whole) {
        losses.add(Loss.EMPTY_ANSWER_DROPPED);
      }
      return;
    }
    turns.add(new Turn.Answer(reasoning, content, calls, it.train() && whole));
  }

  private Call call(ToolCall call, Optional<Message.ToolResult> result) {
    ObjectNode arguments = Json.object();
    if (!call.arguments().isBlank()) {
      try {
        if (Json.read(call.arguments()) instanceof ObjectNode parsed) {
          arguments = parsed;
        } else {
          obstacles.add(new Obstacle(turns.size(), Exclusion.BROKEN_TOOL_ARGUMENTS));
        }
      } catch (TreadleException _) {
        obstacles.add(new Obstacle(turns.size(), Exclusion.BROKEN_TOOL_ARGUMENTS));
      }
    }
    return new Call(
        call.id(),
        call.name(),
        arguments,
        result.map(it -> content(it.content())),
        result.map(Message.ToolResult::isError).orElse(false));
  }

  private Content content(Content content) {
    if (!(content instanceof Content.Parts(List<Part> parts))) {
      return content;
    }
    List<Part> resolved = new ArrayList<>(parts.size());
    for (Part part : parts) {
      resolved.add(part instanceof Part.Blob blob && Parts.isText(blob) ? text(blob) : part);
    }
    return new Content.Parts(resolved);
  }

  private Part text(Part.Blob blob) {
    Optional<byte[]> bytes = blobs.bytes(blob.sha256());
    if (bytes.isEmpty()) {
      obstacles.add(new Obstacle(turns.size(), Exclusion.BLOB_MISSING));
    }
    return new Part.Text(bytes.map(it -> new String(it, StandardCharsets.UTF_8)).orElse(""));
  }

  private Optional<Exclusion> cut() {
    boolean answers = turns.stream().anyMatch(Turn.Answer.class::isInstance);
    boolean endsWithCall = !turns.isEmpty() && isCall(turns.getLast());
    int before = turns.size();
    while (!turns.isEmpty() && !isEnd(turns.getLast())) {
      turns.removeLast();
    }
    if (!answers) {
      return Optional.of(Exclusion.NO_ASSISTANT_ANSWER);
    }
    if (turns.isEmpty()) {
      return Optional.of(
          endsWithCall ? Exclusion.ENDS_WITH_TOOL_RESULT : Exclusion.NOTHING_TO_TRAIN);
    }
    if (turns.size() < before) {
      losses.add(Loss.TRAILING_TURNS_CUT);
    }
    cutLastResults();
    return turns.stream().anyMatch(Turn.Question.class::isInstance)
        ? Optional.empty()
        : Optional.of(Exclusion.NO_QUESTION);
  }

  private void cutLastResults() {
    Turn.Answer last = (Turn.Answer) turns.getLast();
    if (last.calls().stream().anyMatch(call -> call.result().isPresent())) {
      losses.add(Loss.TRAILING_TURNS_CUT);
      turns.removeLast();
      turns.add(last.withoutResults());
    }
  }

  private boolean isEnd(Turn turn) {
    return turn instanceof Turn.Answer answer
        && answer.train()
        && (mayEndWithCall || answer.calls().isEmpty());
  }

  private static boolean isCall(Turn turn) {
    return turn instanceof Turn.Answer answer && !answer.calls().isEmpty();
  }

  private List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn instanceof Turn.Answer answer) {
        calls.addAll(answer.calls());
      }
    }
    return calls;
  }
}
