package dev.treadle.app.local;

import dev.treadle.training.serving.AnswerPart;
import dev.treadle.training.serving.Generated;
import dev.treadle.training.serving.TokenChance;
import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The pieces that answers of OpenAI's APIs are made of. */
final class AnswerJson {
  private AnswerJson() {}

  static ObjectNode usage(Generated generated) {
    ObjectNode usage =
        Json.object()
            .put("prompt_tokens", generated.promptTokens())
            .put("completion_tokens", generated.tokens())
            .put("total_tokens", generated.promptTokens() + generated.tokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", generated.cachedTokens());
    return usage;
  }

  static String finish(Generated generated, boolean hasCalls) {
    return switch (generated.finish()) {
      case STOP, DONE -> hasCalls ? "tool_calls" : "stop";
      case LENGTH -> "length";
    };
  }

  static ObjectNode call(AnswerPart.Call call, String id) {
    ObjectNode json = Json.object().put("id", id).put("type", "function");
    json.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    return json;
  }

  /** JSON's null where there is nothing to tell. */
  static JsonNode chances(List<TokenChance> chances) {
    if (chances.isEmpty()) {
      return Json.read("null");
    }
    ObjectNode json = Json.object();
    ArrayNode content = json.putArray("content");
    for (TokenChance it : chances) {
      ObjectNode token = chance(it);
      ArrayNode top = token.putArray("top_logprobs");
      it.others().forEach(other -> top.add(chance(other)));
      content.add(token);
    }
    json.putNull("refusal");
    return json;
  }

  private static ObjectNode chance(TokenChance chance) {
    ObjectNode json =
        Json.object().put("token", chance.token()).put("logprob", chance.logProbability());
    if (chance.token().contains("\uFFFD")) {
      return json.putNull("bytes"); // Half a character: its bytes are not in the text.
    }
    ArrayNode bytes = json.putArray("bytes");
    for (byte it : chance.token().getBytes(StandardCharsets.UTF_8)) {
      bytes.add(it & 0xff);
    }
    return json;
  }
}
