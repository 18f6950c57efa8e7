package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Makes the sequences of a chat, so that training sees what serving sees.
 *
 * <p>For each answer that is to be learned, the template renders what came before with the model's
 * turn begun: that is the prompt, token for token as a server makes it. Rendered with the answer,
 * the text must begin with the prompt; what follows is the target, up to and with the token that
 * ends the turn. What the template writes after that token, such as Qwen's line feed, the model
 * never has to say: it is context of what follows.
 *
 * <p>If the next prompt begins with the text so far, the sequence goes on, with several targets in
 * it. If not, because the template rewrites earlier turns (Qwen3 takes away earlier thinking), a
 * sequence of its own begins. The same if a token reached over a boundary: the prompt keeps the
 * tokens that serving sees, and later prompts are encoded undivided.
 */
public final class ChatEncoder {
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final Map<String, JsonNode> variables;
  private final LocalDateTime now;

  /**
   * An encoder.
   *
   * @param variables what else the template may ask for, such as {@code enable_thinking}
   * @param now the date that a template may write
   */
  public ChatEncoder(
      Tokenizer tokenizer,
      ChatTemplate template,
      Map<String, JsonNode> variables,
      LocalDateTime now) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.variables = Map.copyOf(variables);
    this.now = now;
  }

  /** The tokenizer that it encodes with. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * The sequences of {@code chat}. The same chat gives the same; several threads may ask at once.
   *
   * @throws TreadleException if the template needs something that is not supported
   */
  public Encoded encode(Chat chat) {
    Drawing drawing = new Drawing();
    ArrayNode messages = Json.array();
    for (int i = 0; i < chat.turns().size(); i++) {
      Chat.Turn turn = chat.turns().get(i);
      if (turn.isTarget()) {
        Optional<Skipped> skipped = learn(messages, turn, chat.tools(), drawing, i + 1);
        if (skipped.isPresent()) {
          return skipped.get();
        }
      } else {
        messages.add(turn.message());
      }
    }
    drawing.end();
    return drawing.done.isEmpty()
        ? new Skipped(Skip.NOTHING_TO_TRAIN, "no answer is to be learned")
        : new Encoded.Sequences(drawing.done);
  }

  /** Adds an answer to the messages and to the sequences. */
  private Optional<Skipped> learn(
      ArrayNode messages, Chat.Turn turn, JsonNode tools, Drawing drawing, int number) {
    String prompt;
    String whole;
    try {
      prompt = template.render(messages, tools, true, variables, now);
      messages.add(turn.message());
      whole = template.render(messages, tools, false, variables, now);
    } catch (TreadleException e) {
      if (e.code() == TrainingError.TEMPLATE_UNSUPPORTED) {
        throw e;
      }
      return skipped(Skip.TEMPLATE_REFUSED, e.getMessage());
    }
    if (!whole.startsWith(prompt)) {
      return skipped(
          Skip.TEMPLATE_REWRITES,
          "the template writes message " + number + " otherwise than its generation prompt begins");
    }
    int end = endOfTurn(whole, prompt.length());
    return end < 0
        ? skipped(Skip.NO_END_OF_TURN, "the template writes no token that ends message " + number)
        : drawing.add(prompt, whole.substring(prompt.length(), end));
  }

  private static Optional<Skipped> skipped(Skip reason, @Nullable String detail) {
    return Optional.of(new Skipped(reason, String.valueOf(detail)));
  }

  /** Where the last special token of {@code text} ends, if only white space follows; or -1. */
  private int endOfTurn(String text, int from) {
    int end = -1;
    for (AddedTokens.Found it : tokenizer.added().all(text.substring(from))) {
      end = it.token().isSpecial() ? from + it.end() : end;
    }
    return end >= 0 && text.substring(end).isBlank() ? end : -1;
  }

  /** The sequences of one chat while they are being drawn up. */
  private final class Drawing {
    final List<Sequence> done = new ArrayList<>();
    private final PieceEncoder pieces = new PieceEncoder(tokenizer);
    private Optional<TokenList> open = Optional.empty();
    private String said = "";

    Optional<Skipped> add(String prompt, String answer) {
      if (open.isEmpty() || !prompt.startsWith(said)) {
        end();
      }
      String context = open.isEmpty() ? prompt : prompt.substring(said.length());
      Optional<PieceEncoder.Answer> tokens = pieces.answer(context, answer);
      if (tokens.isEmpty()) {
        return skipped(
            Skip.ANSWER_NOT_PARTED, "the tokenizer joins the end of the prompt with the answer");
      }
      TokenList list = open.orElseGet(TokenList::new);
      list.add(tokens.get().prompt(), false);
      list.add(tokens.get().answer(), true);
      open = Optional.of(list);
      said = prompt + answer;
      if (!tokens.get().isWhole() || !tokenizer.isSplittable()) {
        end();
      }
      return Optional.empty();
    }

    void end() {
      open.map(TokenList::sequence).ifPresent(done::add);
      open = Optional.empty();
    }
  }
}
