package dev.treadle.training.llama;

import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tensor.Arithmetic;
import dev.treadle.training.tensor.Libtorch;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tensor.NetworkOptions;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How often llama.cpp foretells the same next token from a GGUF file as our own engine from the
 * model's folder, after beginnings of a text of every length.
 */
public final class GgufBench {
  private static final int CONTEXT = 512;
  private static final int STEP = 7;

  private GgufBench() {}

  /** Arguments: the model's folder, the file, a text. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String text = Files.readString(Path.of(arguments[2]));
    Libtorch.load();
    LlamaSettings settings = new LlamaSettings(CONTEXT, 2, true, OptionalLong.empty());
    try (LlamaCpp llama = LlamaCpp.open(Path.of(arguments[1]), settings);
        Tokenizer tokenizer = Tokenizer.open(folder);
        Weights weights = Weights.open(folder);
        Network network =
            Network.open(
                ModelShape.read(folder),
                weights,
                new Tuned.Nothing(),
                NetworkOptions.of(Arithmetic.FLOAT32, 1, 2))) {
      boolean isCutAlike = Arrays.equals(llama.tokens(text), tokenizer.encode(text));
      int asked = 0;
      int same = 0;
      for (int begin = 0; begin + CONTEXT < text.length(); begin += CONTEXT) {
        for (int length = STEP; length < CONTEXT; length += STEP * STEP) {
          String part = text.substring(begin, begin + length);
          String theirs = llama.generate(part, GenerationLimits.greedy(1), _ -> true).text();
          String ours = next(network, tokenizer, part);
          asked++;
          same += theirs.equals(ours) || (theirs.isEmpty() && ours.endsWith("\ufffd")) ? 1 : 0;
        }
      }
      System.out.printf(
          "%s: %d tokens, %s; the likeliest next token is the same in %d of %d places%n",
          Path.of(arguments[1]).getFileName(),
          tokenizer.encode(text).length,
          isCutAlike ? "cut alike" : "CUT OTHERWISE",
          same,
          asked);
    }
    // The binding leaves a thread that would keep the process.
    System.exit(0);
  }

  private static String next(Network network, Tokenizer tokenizer, String text) {
    int[] encoded = tokenizer.encode(text);
    int[] before = tokenizer.prefix();
    int[] tokens = Arrays.copyOf(before, before.length + encoded.length);
    System.arraycopy(encoded, 0, tokens, before.length, encoded.length);
    float[] logits = network.logits(tokens)[tokens.length - 1];
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    String token = tokenizer.decode(new int[] {best});
    return token.matches("<\\|.*\\|>") ? "" : token;
  }
}
