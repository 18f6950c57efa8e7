package dev.treadle.intake;

import dev.treadle.transcript.Digest;
import dev.treadle.transcript.DigestKey;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A lake's door without a lake: keeps the last revision of each example. */
final class KeptExamples implements ExampleSink {
  private final DigestKey key = new DigestKey(new byte[32]);
  final Map<ExampleId, Example> live = new LinkedHashMap<>();
  ImportCursors cursors = ImportCursors.none();

  @Override
  public Kept keep(Example example) {
    Example read = ExampleCodec.decode(ExampleCodec.encode(example));
    Example before = live.put(example.header().id(), read);
    if (before == null) {
      return Kept.ADDED;
    }
    return Digest.of(key, before).equals(Digest.of(key, read)) ? Kept.UNCHANGED : Kept.REVISED;
  }

  ImportReport read(Path place) {
    ClaudeCodeSessions.Result result =
        ClaudeCodeSessions.read(
            List.of(place),
            new ClaudeCodeSessions.Options(cursors, Optional.empty(), (_, _, _) -> {}),
            this);
    cursors = result.cursors();
    return result.report();
  }

  Example byKey(String key) {
    Example example = live.get(ExampleId.of("claude-code", key));
    if (example == null) {
      throw new AssertionError("no example " + key + " in " + keys());
    }
    return example;
  }

  List<String> keys() {
    return live.values().stream().map(it -> it.header().source().key()).sorted().toList();
  }

  /** A conversation in one line a message, for comparison with an expectation. */
  static List<String> outline(Example example) {
    List<String> outline = new ArrayList<>();
    for (Message message : example.messages()) {
      String line = message.role() + ": " + message.content().plainText();
      if (message instanceof Message.Assistant assistant) {
        line += assistant.reasoning().map(it -> " {" + it + "}").orElse("");
        for (ToolCall call : assistant.toolCalls()) {
          line += " [" + call.id() + " " + call.name() + " " + call.arguments() + "]";
        }
        line += assistant.train() ? "" : " (context)";
      } else if (message instanceof Message.ToolResult result) {
        line = "tool " + result.toolCallId() + ": " + result.content().plainText();
        line += result.isError() ? " (error)" : "";
      }
      outline.add(line);
    }
    return outline;
  }
}
