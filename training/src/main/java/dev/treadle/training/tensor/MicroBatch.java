package dev.treadle.training.tensor;

import dev.treadle.training.model.ModelShape;
import dev.treadle.training.tokens.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Sequences laid end to end: tokens, the angles of their positions, and what is to be foretold.
 * Positions begin anew in each sequence, and none sees another; nothing is padded.
 */
final class MicroBatch {
  private final int tokens;
  private final int targets;
  private final List<Span> spans;
  private final Tensor ids;
  private final Tensor cosines;
  private final Tensor sines;
  private final Tensor rows;
  private final Tensor answers;

  /** Sequences of one length that follow each other. */
  record Span(int start, int count, int length) {
    int tokens() {
      return count * length;
    }
  }

  private MicroBatch(
      int tokens,
      int targets,
      List<Span> spans,
      Tensor ids,
      Tensor cosines,
      Tensor sines,
      Tensor rows,
      Tensor answers) {
    this.tokens = tokens;
    this.targets = targets;
    this.spans = spans;
    this.ids = ids;
    this.cosines = cosines;
    this.sines = sines;
    this.rows = rows;
    this.answers = answers;
  }

  static MicroBatch of(
      List<Sequence> sequences, ModelShape shape, Arithmetic arithmetic, Device device) {
    int tokens = 0;
    int targets = 0;
    int longest = 0;
    List<Span> spans = new ArrayList<>();
    for (Sequence it : sequences) {
      if (!spans.isEmpty() && spans.getLast().length() == it.length()) {
        Span last = spans.removeLast();
        spans.add(new Span(last.start(), last.count() + 1, last.length()));
      } else {
        spans.add(new Span(tokens, 1, it.length()));
      }
      tokens += it.length();
      targets += it.targetCount();
      longest = Math.max(longest, it.length());
    }
    long[] ids = new long[tokens];
    long[] positions = new long[tokens];
    long[] rows = new long[targets];
    long[] answers = new long[targets];
    int at = 0;
    int target = 0;
    for (Sequence it : sequences) {
      for (int i = 0; i < it.length(); i++) {
        ids[at] = it.tokens()[i];
        positions[at] = i;
        if (it.targets()[i]) {
          rows[target] = at - 1L;
          answers[target++] = it.tokens()[i];
        }
        at++;
      }
    }
    Tensor places = device.place(Tensor.create(positions));
    Tensor[] angles = angles(shape, longest, arithmetic);
    return new MicroBatch(
        tokens,
        targets,
        List.copyOf(spans),
        device.place(Tensor.create(ids)),
        device.place(angles[0]).index_select(0, places).unsqueeze(1),
        device.place(angles[1]).index_select(0, places).unsqueeze(1),
        device.place(Tensor.create(rows)),
        device.place(Tensor.create(answers)));
  }

  /** Cosine and sine of each position by each frequency, in float32's steps as Hugging Face's. */
  static Tensor[] angles(ModelShape shape, int longest, Arithmetic arithmetic) {
    double[] frequencies = shape.rope().frequencies(shape.headSize());
    double factor = shape.rope().attentionFactor();
    float[] cosines = new float[longest * frequencies.length];
    float[] sines = new float[longest * frequencies.length];
    for (int position = 0; position < longest; position++) {
      for (int i = 0; i < frequencies.length; i++) {
        float angle = (float) frequencies[i] * position;
        cosines[position * frequencies.length + i] = (float) (Math.cos(angle) * factor);
        sines[position * frequencies.length + i] = (float) (Math.sin(angle) * factor);
      }
    }
    Tensor[] angles = new Tensor[2];
    angles[0] = Tensor.create(cosines, longest, frequencies.length).to(arithmetic.type());
    angles[1] = Tensor.create(sines, longest, frequencies.length).to(arithmetic.type());
    return angles;
  }

  int tokens() {
    return tokens;
  }

  /** How many tokens are to be foretold. */
  int targets() {
    return targets;
  }

  List<Span> spans() {
    return spans;
  }

  Tensor ids() {
    return ids;
  }

  /** Of tokens × 1 × half a head. */
  Tensor cosines() {
    return cosines;
  }

  Tensor sines() {
    return sines;
  }

  /** The rows that foretell a token, and the tokens that they should foretell. */
  Tensor rows() {
    return rows;
  }

  Tensor answers() {
    return answers;
  }
}
