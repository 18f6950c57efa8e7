package dev.treadle.transcript;

import dev.treadle.transcript.Question.Evidence;
import java.util.List;

/**
 * The fingerprint of what an example says: a keyed hash of its roles, texts and tool calls as they
 * were before redaction. Scores, timings, costs and signatures are left out. The same id with the
 * same digest means that there is nothing to do; with another digest it is a new revision.
 *
 * @param value 32 hexadecimal digits
 */
public record Digest(String value) {
  private static final int DIGITS = 32;

  public Digest {
    if (value.length() != DIGITS) {
      throw new IllegalArgumentException("not a digest: '" + value + "'");
    }
  }

  /** The digest of {@code example} under {@code key}. */
  public static Digest of(DigestKey key, Example example) {
    Sha256 hash = key.hash();
    messages(hash, example.messages());
    switch (example) {
      case Conversation _ -> {}
      case Trajectory trajectory -> outcome(hash, trajectory.outcome());
      case Comparison comparison -> {
        hash.number(comparison.candidates().size());
        for (Candidate candidate : comparison.candidates()) {
          hash.text(candidate.model());
          messages(hash, candidate.message().map(List::<Message>of).orElse(List.of()));
        }
      }
      case Question question -> {
        hash.number(question.evidence().size());
        for (Evidence evidence : question.evidence()) {
          hash.text(evidence.path())
              .number(evidence.start())
              .number(evidence.end())
              .text(evidence.sha256());
        }
      }
    }
    return new Digest(hash.hex().substring(0, DIGITS));
  }

  private static void outcome(Sha256 hash, Outcome outcome) {
    hash.text(outcome.verdict().wire())
        .text(outcome.patch().orElse(""))
        .text(outcome.exit().orElse(""));
  }

  private static void messages(Sha256 hash, List<? extends Message> messages) {
    hash.number(messages.size());
    for (Message message : messages) {
      hash.text(message.role());
      content(hash, message.content());
      switch (message) {
        case Message.Assistant assistant -> {
          hash.text(assistant.reasoning().orElse(""));
          hash.number(assistant.toolCalls().size());
          for (ToolCall call : assistant.toolCalls()) {
            hash.text(call.id()).text(call.name()).text(call.arguments());
          }
        }
        case Message.ToolResult result ->
            hash.text(result.toolCallId()).number(result.isError() ? 1 : 0);
        case Message.SystemPrompt _, Message.User _ -> {}
      }
    }
  }

  private static void content(Sha256 hash, Content content) {
    switch (content) {
      case Content.Text text -> hash.number(-1).text(text.text());
      case Content.Parts parts -> {
        hash.number(parts.parts().size());
        for (Part part : parts.parts()) {
          switch (part) {
            case Part.Text text -> hash.text("text").text(text.text());
            case Part.Blob blob -> hash.text("blob").text(blob.sha256());
            case Part.Unknown unknown -> hash.text("unknown").text(unknown.json().toString());
          }
        }
      }
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
