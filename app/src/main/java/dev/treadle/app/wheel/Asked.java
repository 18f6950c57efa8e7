package dev.treadle.app.wheel;

import dev.treadle.routing.RoutingRequest;
import dev.treadle.transcript.Message;
import java.util.List;
import java.util.Optional;

/** What a policy was told of a request that the lake holds. */
final class Asked {
  private Asked() {}

  static RoutingRequest request(List<Message> messages, List<String> tools, String group) {
    String text = "";
    String system = "";
    int characters = 0;
    for (Message message : messages) {
      String said = message.content().plainText();
      characters += said.length();
      switch (message) {
        case Message.User _ -> text = said;
        case Message.SystemPrompt _ -> system = system.isEmpty() ? said : system + "\n" + said;
        case Message.Assistant _, Message.ToolResult _ -> {}
      }
    }
    return new RoutingRequest(
        text,
        Optional.of(system).filter(it -> !it.isBlank()),
        tools,
        Optional.of(group),
        false,
        characters);
  }
}
