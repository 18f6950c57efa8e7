package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes sequences of documents, for training on plain text: all tokens are targets.
 *
 * <p>A document ends with the token that parts documents. One that is longer than a sequence may be
 * goes on in the next, which begins with the last token of the one before: so each of its tokens
 * but the first is learned once. No sequence has parts of two documents; {@link Packing} lays short
 * ones side by side.
 */
public final class TextEncoder {
  /** So many letters are encoded at once: a limit on memory, for a token needs a hundred bytes. */
  private static final int SLICE = 1 << 18;

  private final Tokenizer tokenizer;
  private final int maxLength;
  private final int end;

  /**
   * An encoder.
   *
   * @param maxLength the most tokens of a sequence
   * @throws TreadleException if the tokenizer has no token that ends a text
   */
  public TextEncoder(Tokenizer tokenizer, int maxLength) {
    if (maxLength < 2) {
      throw new IllegalArgumentException("a sequence has two tokens at least: " + maxLength);
    }
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.end =
        tokenizer
            .endOfText()
            .orElseThrow(
                () ->
                    TrainingError.TOKENIZER_UNFIT.because(
                        "the tokenizer has no token that parts documents: name one as eos_token in"
                            + " tokenizer_config.json"));
  }

  /**
   * The sequences of a document; none if nothing is in it. It is encoded in slices, cut where a
   * line begins: there the tokenizers that we know begin anew.
   */
  public List<Sequence> encode(String document) {
    Document open = new Document();
    int from = 0;
    while (from < document.length()) {
      int to = cut(document, from);
      open.add(tokenizer.encode(document.substring(from, to)));
      from = to;
    }
    return open.sequences();
  }

  /** The last place before a line that begins with no blank; else anywhere but inside a letter. */
  private static int cut(String text, int from) {
    int most = from + SLICE;
    if (most >= text.length()) {
      return text.length();
    }
    for (int it = most; it > from + SLICE / 2; it--) {
      if (text.charAt(it - 1) == '\n' && !Character.isWhitespace(text.charAt(it))) {
        return it;
      }
    }
    return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
  }

  /** The tokens of one document that are in no sequence yet, and the sequences. */
  private final class Document {
    private final List<Sequence> done = new ArrayList<>();
    private final int[] tokens = new int[maxLength];
    private int length;
    private boolean isEmpty = true;

    void add(int[] more) {
      if (isEmpty && more.length > 0) {
        isEmpty = false;
        for (int it : tokenizer.prefix()) {
          add(it);
        }
      }
      for (int it : more) {
        add(it);
      }
    }

    private void add(int token) {
      tokens[length++] = token;
      if (length == maxLength) {
        close();
        tokens[0] = token;
        length = 1;
      }
    }

    private void close() {
      boolean[] targets = new boolean[length];
      Arrays.fill(targets, 1, length, true);
      done.add(new Sequence(Arrays.copyOf(tokens, length), targets));
    }

    List<Sequence> sequences() {
      if (!isEmpty) {
        add(end);
        if (length > 1) {
          close();
        }
      }
      return done;
    }
  }
}
