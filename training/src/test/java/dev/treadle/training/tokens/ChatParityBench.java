package dev.treadle.training.tokens;

import dev.treadle.training.template.ChatTemplate;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The chats of bench/parity.sh: renders and tokenises what python/parity.py gave to transformers,
 * and leaves the token ids beside, for that script to judge.
 */
public final class ChatParityBench {
  private static final List<String> KNOWN = List.of("messages", "tools", "add_generation_prompt");

  private ChatParityBench() {}

  /** Argument: the folder with a folder for each family. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    JsonNode given = Json.read(Files.readAllBytes(folder.resolve("conversations.json")));
    LocalDateTime now = LocalDateTime.parse(given.path("now").stringValue());
    try (Stream<Path> families = Files.list(folder)) {
      for (Path it : families.filter(Files::isDirectory).sorted().toList()) {
        Files.writeString(it.resolve("ours.json"), ids(it, given.path("chats"), now).toString());
      }
    }
  }

  private static ObjectNode ids(Path family, JsonNode chats, LocalDateTime now) {
    ChatTemplate template = ChatTemplate.read(family);
    ObjectNode ids = Json.object();
    try (Tokenizer tokenizer = Tokenizer.open(family)) {
      for (Map.Entry<String, JsonNode> it : chats.properties()) {
        try {
          ArrayNode tokens = Json.array();
          for (int token : tokenizer.encode(text(template, it.getValue(), now))) {
            tokens.add(token);
          }
          ids.set(it.getKey(), tokens);
        } catch (TreadleException e) {
          System.err.println(family.getFileName() + ", " + it.getKey() + ": " + e.getMessage());
          ids.putNull(it.getKey());
        }
      }
    }
    return ids;
  }

  private static String text(ChatTemplate template, JsonNode chat, LocalDateTime now) {
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> it : chat.properties()) {
      if (!KNOWN.contains(it.getKey())) {
        variables.put(it.getKey(), it.getValue());
      }
    }
    JsonNode tools = chat.has("tools") ? chat.path("tools") : Json.object().nullNode();
    return template.render(
        chat.path("messages"),
        tools,
        chat.path("add_generation_prompt").asBoolean(true),
        variables,
        now);
  }
}
