package dev.treadle.curation;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.ToolCall;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds, in the messages that a client brought along, the answers that the gateway saw itself. A
 * client sends back what it was answered, perhaps without the reasoning; in its place then stands
 * the answer as it was seen. What nobody saw is context.
 */
final class SeenAnswers {
  /** In each record placeholders are numbered anew, so the same secret may have another number. */
  private static final Pattern PLACEHOLDER = Pattern.compile("<(SECRET|PII):([a-z0-9_]+):\\d+>");

  private SeenAnswers() {}

  /**
   * @param messages of the last request
   * @param seen the answers of the turns before it, in order
   */
  static List<Message> in(List<Message> messages, List<Message.Assistant> seen) {
    List<Message> result = new ArrayList<>(messages.size() + 1);
    List<String> said = seen.stream().map(SeenAnswers::said).toList();
    int next = 0;
    for (Message message : messages) {
      if (message instanceof Message.Assistant brought) {
        int found = indexOf(said(brought), said, next);
        result.add(found < 0 ? brought.withTrain(false) : seen.get(found));
        next = found < 0 ? next : found + 1;
      } else {
        result.add(message);
      }
    }
    return result;
  }

  private static int indexOf(String text, List<String> said, int from) {
    for (int i = from; i < said.size(); i++) {
      if (said.get(i).equals(text)) {
        return i;
      }
    }
    return -1;
  }

  private static String said(Message.Assistant message) {
    StringBuilder text = new StringBuilder(message.content().plainText().strip());
    for (ToolCall call : message.toolCalls()) {
      text.append('\n').append(call.name()).append(' ').append(canonical(call.arguments()));
    }
    return text.indexOf("<") < 0
        ? text.toString()
        : PLACEHOLDER.matcher(text).replaceAll("<$1:$2>");
  }

  /** Some clients write arguments anew. */
  private static String canonical(String arguments) {
    try {
      return Json.read(arguments).toString();
    } catch (TreadleException e) {
      return arguments;
    }
  }
}
