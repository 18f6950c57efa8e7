package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Vectors of texts by hashed words: texts that share words are near to each other.
 *
 * @param isBase64 little-endian floats, as the vendors' libraries ask for by themselves
 */
record Embeddings(Asked asked, List<String> texts, int dimensions, boolean isBase64) {
  private static final int DIMENSIONS = 64;
  private static final int MOST = 4096;

  static Embeddings read(ObjectNode body, Received request) throws BadRequest {
    JsonNode input = body.path("input");
    List<String> texts = new ArrayList<>();
    if (input.isString()) {
      texts.add(input.asString());
    } else {
      for (JsonNode text : ModelApi.list(body, "input")) {
        if (!text.isString()) {
          throw new BadRequest("input", "input: only texts are embedded here");
        }
        texts.add(text.asString());
      }
    }
    int dimensions = body.path("dimensions").intValue(DIMENSIONS);
    if (dimensions < 1 || dimensions > MOST) {
      throw new BadRequest("dimensions", "dimensions must be 1 to " + MOST);
    }
    Asked asked =
        new Asked(
            ModelApi.model(body),
            false,
            false,
            false,
            texts.getLast(),
            Optional.empty(),
            1,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            1,
            ModelApi.tokens(request.size()));
    boolean isBase64 = body.path("encoding_format").asString("float").equals("base64");
    return new Embeddings(asked, texts, dimensions, isBase64);
  }

  ObjectNode body() {
    ObjectNode body = Json.object().put("object", "list");
    ArrayNode all = body.putArray("data");
    for (int index = 0; index < texts.size(); index++) {
      ObjectNode one = all.addObject().put("object", "embedding").put("index", index);
      float[] vector = vector(texts.get(index));
      if (isBase64) {
        one.put("embedding", base64(vector));
      } else {
        ArrayNode numbers = one.putArray("embedding");
        for (float it : vector) {
          numbers.add(it);
        }
      }
    }
    body.put("model", asked.model());
    body.putObject("usage")
        .put("prompt_tokens", asked.inputTokens())
        .put("total_tokens", asked.inputTokens());
    return body;
  }

  private float[] vector(String text) {
    double[] sum = new double[dimensions];
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
      long hash = Behaviour.hash(word, 1);
      sum[(int) Long.remainderUnsigned(hash, dimensions)] += hash < 0 ? -1 : 1;
    }
    double length = 0;
    for (double it : sum) {
      length += it * it;
    }
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      vector[i] = (float) (length == 0 ? (i == 0 ? 1 : 0) : sum[i] / Math.sqrt(length));
    }
    return vector;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float it : vector) {
      bytes.putFloat(it);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
