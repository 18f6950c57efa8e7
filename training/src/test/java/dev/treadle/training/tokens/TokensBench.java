package dev.treadle.training.tokens;

import dev.treadle.training.template.ChatTemplate;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What bench/tokens.sh measures: making a tokenizer, encoding plain text, and encoding agents'
 * sessions of 10 and 100 calls with several templates, with thinking and without.
 */
public final class TokensBench {
  private static final int ROUNDS = 5;
  private static final int TOKENS = 4300;

  private TokensBench() {}

  /** Arguments: a folder for files, a file of text, and files of chat templates. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String text = Files.readString(Path.of(arguments[1]));
    BytePairTrainer trainer = new BytePairTrainer(TokenizerFamily.QWEN);
    long began = System.nanoTime();
    trainer.add(text);
    trainer.write(folder, TOKENS, 4096);
    System.out.printf(
        "a tokenizer of %d tokens from %.1f MB of text: %.1f s%n",
        TOKENS, text.length() / 1e6, seconds(began));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      plain(tokenizer, text);
      chats(tokenizer, "our own", ChatTemplate.read(folder), text);
      for (int i = 2; i < arguments.length; i++) {
        Path file = Path.of(arguments[i]);
        chats(
            tokenizer,
            String.valueOf(file.getFileName()),
            ChatTemplate.parse(Files.readString(file), Map.of()),
            text);
      }
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static void plain(Tokenizer tokenizer, String text) {
    TextEncoder encoder = new TextEncoder(tokenizer, 4096);
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long began = System.nanoTime();
      long tokens = encoder.encode(text).stream().mapToLong(Sequence::length).sum();
      best = Math.max(best, tokens / seconds(began));
    }
    System.out.printf("plain text: %,.0f tokens/s%n", best);
  }

  private static void chats(Tokenizer tokenizer, String name, ChatTemplate template, String text) {
    ChatEncoder encoder =
        new ChatEncoder(tokenizer, template, Map.of(), LocalDateTime.of(2026, 1, 1, 0, 0));
    for (int calls : List.of(10, 100)) {
      for (boolean isThinking : List.of(false, true)) {
        Chat chat = session(calls, isThinking, text);
        double best = Double.MAX_VALUE;
        List<Sequence> sequences = List.of();
        for (int round = 0; round < ROUNDS; round++) {
          long began = System.nanoTime();
          sequences = ((Encoded.Sequences) encoder.encode(chat)).sequences();
          best = Math.min(best, seconds(began));
        }
        long tokens = sequences.stream().mapToLong(Sequence::length).sum();
        System.out.printf(
            "%s, %d calls%s: %d sequences, %,d tokens, %.0f ms, %,.0f tokens/s%n",
            name,
            calls,
            isThinking ? " with thinking" : "",
            sequences.size(),
            tokens,
            best * 1000,
            tokens / best);
      }
    }
  }

  /** A question, and calls with results of a thousand letters. */
  private static Chat session(int calls, boolean isThinking, String text) {
    List<Chat.Turn> turns = new ArrayList<>();
    turns.add(new Chat.Turn(message("user", text.substring(0, 500)), false));
    for (int i = 0; i < calls; i++) {
      int from = 1500 * i;
      ObjectNode answer = message("assistant", text.substring(from, from + 200).strip());
      if (isThinking) {
        answer.put("reasoning_content", text.substring(from + 200, from + 400).strip());
      }
      answer
          .putArray("tool_calls")
          .addObject()
          .put("type", "function")
          .putObject("function")
          .put("name", "run")
          .putObject("arguments")
          .put("command", text.substring(from + 400, from + 500));
      turns.add(new Chat.Turn(answer, true));
      turns.add(new Chat.Turn(message("tool", text.substring(from + 500, from + 1500)), false));
    }
    return new Chat(turns, Json.read("null"));
  }

  private static ObjectNode message(String role, String text) {
    return Json.object().put("role", role).put("content", text);
  }
}
