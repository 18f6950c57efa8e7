package dev.treadle.transcript;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The one record of Treadle: something that was said and can be trained on. On disk it is one flat
 * JSON object a line, a superset of the OpenAI chat format ({@link ExampleCodec}, {@code
 * docs/records/}).
 */
public sealed interface Example permits Conversation, Trajectory, Comparison, Question {
  /** What every kind has in common. */
  Header header();

  /** The messages in order; of a comparison and a question, what was asked. */
  List<Message> messages();

  /** The tools that the model was offered; empty if unknown. */
  List<Tool> tools();

  /** The kind's name on disk. */
  default String kind() {
    return switch (this) {
      case Conversation _ -> "conversation";
      case Trajectory _ -> "trajectory";
      case Comparison _ -> "comparison";
      case Question _ -> "question";
    };
  }

  /** The same under another header. */
  default Example withHeader(Header header) {
    return switch (this) {
      case Conversation it -> new Conversation(header, it.messages(), it.tools());
      case Trajectory it -> new Trajectory(header, it.messages(), it.tools(), it.outcome());
      case Comparison it -> new Comparison(header, it.messages(), it.tools(), it.candidates());
      case Question it -> new Question(header, it.messages(), it.tools(), it.evidence());
    };
  }

  /** The same with other messages. */
  default Example withMessages(List<Message> messages) {
    return switch (this) {
      case Conversation it -> new Conversation(it.header(), messages, it.tools());
      case Trajectory it -> new Trajectory(it.header(), messages, it.tools(), it.outcome());
      case Comparison it -> new Comparison(it.header(), messages, it.tools(), it.candidates());
      case Question it -> new Question(it.header(), messages, it.tools(), it.evidence());
    };
  }

  /**
   * The same with every text that came from outside replaced by what {@code text} makes of it:
   * message contents, reasoning, tool calls and results, tool definitions, candidates, patches,
   * labels and unknown fields. Names that only identify (ids, the source's key and group, roles,
   * blob hashes) stay as they are.
   */
  default Example mapText(UnaryOperator<String> text) {
    Texts texts = new Texts(text);
    Header header = texts.header(header());
    List<Message> messages = texts.messages(messages());
    List<Tool> tools = texts.tools(tools());
    return switch (this) {
      case Conversation _ -> new Conversation(header, messages, tools);
      case Trajectory it -> new Trajectory(header, messages, tools, texts.outcome(it.outcome()));
      case Comparison it ->
          new Comparison(header, messages, tools, texts.candidates(it.candidates()));
      case Question it -> new Question(header, messages, tools, texts.evidence(it.evidence()));
    };
  }
}
