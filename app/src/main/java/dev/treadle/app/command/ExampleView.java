package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Content;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.ToolCall;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One example for reading. */
final class ExampleView {
  private static final int SHOWN = 2_000;

  private ExampleView() {}

  static void print(PrintStream out, Lake lake, String id, boolean json) {
    try (Lines lines = lake.latest(Stream.EXAMPLES)) {
      while (lines.hasNext()) {
        byte[] line = lines.next().json();
        if (Outline.of(line).id.startsWith(id)) {
          if (json) {
            out.println(new String(line, StandardCharsets.UTF_8));
          } else {
            print(out, lake, ExampleCodec.decode(line));
          }
          return;
        }
      }
    }
    throw AppError.NOT_FOUND.because(
        "no example in the lake has an id that begins with '"
            + id
            + "': treadle data show names some");
  }

  private static void print(PrintStream out, Lake lake, Example example) {
    out.println(example.header().id() + "  " + example.kind());
    out.println(
        "source: " + example.header().source().system() + " " + example.header().source().key());
    example.header().source().time().ifPresent(time -> out.println("time: " + time));
    example
        .header()
        .labels()
        .forEach((name, value) -> out.println(name + ": " + value.asString(value.toString())));
    example.header().extra().forEach((name, value) -> out.println(name + ": " + value));
    for (Message message : example.messages()) {
      out.println();
      switch (message) {
        case Message.Assistant it -> {
          out.println(
              "── assistant " + it.model().orElse("") + (it.train() ? "" : " (context only)"));
          it.reasoning().ifPresent(reasoning -> out.println("(thinking) " + cut(reasoning)));
          text(out, lake, it.content());
          for (ToolCall call : it.toolCalls()) {
            out.println("→ " + call.name() + " " + cut(call.arguments()));
          }
        }
        case Message.ToolResult it -> {
          out.println("── tool result" + (it.isError() ? " (error)" : ""));
          text(out, lake, it.content());
        }
        case Message.User it -> {
          out.println("── user");
          text(out, lake, it.content());
        }
        case Message.SystemPrompt it -> {
          out.println("── system");
          text(out, lake, it.content());
        }
      }
    }
  }

  private static void text(PrintStream out, Lake lake, Content content) {
    switch (content) {
      case Content.Text it -> {
        if (!it.text().isEmpty()) {
          out.println(cut(it.text()));
        }
      }
      case Content.Parts it -> {
        for (Part part : it.parts()) {
          switch (part) {
            case Part.Text text -> out.println(cut(text.text()));
            case Part.Blob blob -> blob(out, lake, blob);
            case Part.Unknown unknown ->
                out.println("[" + unknown.json().path("type").asString("part") + "]");
          }
        }
      }
    }
  }

  private static void blob(PrintStream out, Lake lake, Part.Blob blob) {
    if (blob.mediaType().equals(Part.Blob.TEXT) && lake.blobs().exists(blob.sha256())) {
      out.println(cut(new String(lake.blobs().get(blob.sha256()), StandardCharsets.UTF_8)));
    } else {
      out.println(
          "[" + blob.mediaType() + ", " + blob.bytes() + " bytes, blob " + blob.sha256() + "]");
    }
  }

  private static String cut(String text) {
    return text.length() <= SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, SHOWN / 2))
            + "\n… ("
            + (text.length() - SHOWN / 2)
            + " more characters; --json shows all)";
  }
}
