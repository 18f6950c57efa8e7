package dev.treadle.training.serving;

import dev.treadle.training.tensor.Decoder;
import dev.treadle.training.tokens.Detokenizer;
import dev.treadle.training.tokens.StopTexts;
import dev.treadle.training.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The writing of one answer: token after token, until something ends it. */
final class Writing {
  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final Set<Integer> ends;
  private final Generation wish;
  private final Receiver receiver;
  private final Sampler sampler;
  private final Detokenizer text;
  private final StopTexts stops;
  private final int vocabulary;
  private List<TokenChance> chances = new ArrayList<>();

  /**
   * A writing.
   *
   * @param ends the tokens that end an answer
   * @param vocabulary how many tokens the model has; those that the tokenizer lacks are not chosen
   */
  Writing(
      Decoder decoder,
      Tokenizer tokenizer,
      Set<Integer> ends,
      int vocabulary,
      Generation wish,
      Receiver receiver) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.ends = ends;
    this.wish = wish;
    this.receiver = receiver;
    this.sampler = new Sampler(wish.sampling());
    this.text = new Detokenizer(tokenizer);
    this.stops = new StopTexts(wish.stops());
    this.vocabulary = Math.min(vocabulary, tokenizer.size());
  }

  Generated after(int[] prompt) {
    float[] logits = decoder.read(prompt, receiver::isDone);
    int count = 0;
    Generated.Finish finish = Generated.Finish.DONE;
    while (logits.length > 0 && !receiver.isDone()) {
      int token = sampler.draw(logits, vocabulary);
      count++;
      if (ends.contains(token)) {
        finish = Generated.Finish.STOP;
        break;
      }
      note(token, logits);
      say(stops.add(text.add(token)));
      if (stops.isFound()) {
        finish = Generated.Finish.STOP;
        break;
      }
      if (count == wish.maxTokens() || decoder.length() == decoder.context()) {
        finish = Generated.Finish.LENGTH;
        break;
      }
      logits = decoder.next(token);
    }
    if (finish != Generated.Finish.DONE) {
      end();
    }
    return new Generated(finish, prompt.length, decoder.reused(), count);
  }

  private void end() {
    String rest = stops.isFound() ? "" : stops.add(text.end());
    receiver.more(stops.isFound() ? rest : rest + stops.end(), chances);
  }

  private void say(String piece) {
    if (!piece.isEmpty()) {
      receiver.more(piece, chances);
      chances = new ArrayList<>();
    }
  }

  private void note(int token, float[] logits) {
    if (wish.chances().isEmpty()) {
      return;
    }
    double normalizer = Sampler.normalizer(logits, vocabulary);
    List<TokenChance> others = new ArrayList<>();
    for (int it : Sampler.top(logits, vocabulary, wish.chances().getAsInt())) {
      others.add(new TokenChance(word(it), logits[it] - normalizer, List.of()));
    }
    chances.add(new TokenChance(word(token), logits[token] - normalizer, others));
  }

  private String word(int token) {
    return tokenizer.decode(new int[] {token});
  }
}
