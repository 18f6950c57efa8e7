package dev.treadle.training.tensor;

import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.transcript.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Reads a prompt and goes on with it greedily whenever a line comes on standard input, and says how
 * fast: our half of bench/generate.sh. The other is python/generate_step.py, which also makes the
 * model and the prompt.
 *
 * <p>Arguments: their folder, tokens to generate, threads, float32 or bfloat16.
 */
public final class GenerateBench {
  private GenerateBench() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    int[] prompt = prompt(folder.resolve("prompt.json"));
    Libtorch.load();
    try (Weights weights = Weights.open(folder.resolve("base"));
        Network network =
            Network.open(
                ModelShape.read(folder.resolve("base")),
                weights,
                new Tuned.Nothing(),
                NetworkOptions.of(
                    arguments[3].equals("bfloat16") ? Arithmetic.BFLOAT16 : Arithmetic.FLOAT32,
                    1,
                    Integer.parseInt(arguments[2])));
        Decoder decoder = network.decoder(prompt.length + count);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (lines.readLine() != null) {
        prompt[0] = (prompt[0] + 1) % 8; // Nothing of the round before may be used again.
        System.out.println(round(decoder, prompt, count));
      }
    }
  }

  private static String round(Decoder decoder, int[] prompt, int count) {
    long began = System.nanoTime();
    float[] logits = decoder.read(prompt, () -> false);
    int[] tokens = new int[count];
    tokens[0] = likeliest(logits);
    long read = System.nanoTime();
    for (int i = 1; i < count; i++) {
      tokens[i] = likeliest(decoder.next(tokens[i - 1]));
    }
    long written = System.nanoTime();
    return String.format(
        Locale.ROOT,
        "{\"prefill\":%.1f,\"decode\":%.1f,\"tokens\":\"%s\"}",
        prompt.length * 1e9 / (read - began),
        (count - 1) * 1e9 / (written - read),
        Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static int[] prompt(Path file) throws IOException {
    JsonNode json = Json.read(Files.readAllBytes(file));
    int[] prompt = new int[json.size()];
    Arrays.setAll(prompt, i -> json.get(i).intValue());
    return prompt;
  }
}
