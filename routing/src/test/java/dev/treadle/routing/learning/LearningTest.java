package dev.treadle.routing.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Words, topics, waves and weights. */
class LearningTest {
  private static TextFeatures.Asked asked(String text) {
    return new TextFeatures.Asked(text, text.length(), 0);
  }

  private static List<TextFeatures.Asked> texts(int count) {
    Random random = new Random(2);
    List<String> sea = List.of("ship", "wave", "sail", "harbour", "storm", "anchor");
    List<String> sums = List.of("sum", "root", "prime", "square", "factor", "angle");
    List<TextFeatures.Asked> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> words = i % 2 == 0 ? sea : sums;
      StringBuilder text = new StringBuilder("the");
      for (int k = 0; k < 5; k++) {
        text.append(' ').append(words.get(random.nextInt(words.size())));
      }
      all.add(asked(text.toString()));
    }
    return all;
  }

  @Test
  void countsWordsAndPairsInAnyScript() {
    assertThat(Words.of("The the THE").hashes()).hasSize(3); // the; begin-the; the-the
    assertThat(Words.of("a-1 é").hashes()).hasSize(8);
    assertThat(Words.of("求解方程").hashes()).hasSize(8);
    assertThat(Words.of("").hashes()).isEmpty();
    assertThat(Words.of("Ünï cödé")).satisfies(it -> assertThat(it.counts()).containsOnly(1));
    String text = "x".repeat(50_000);
    assertThat(Words.ends(text)).hasSize(Words.LIMIT + 1);
  }

  @Test
  void groupsTextsByWhatTheyAreAbout() {
    List<TextFeatures.Asked> texts = texts(60);
    TextFeatures features = TextFeatures.of(texts, 1, 1);
    List<TextFeatures.Row> rows = texts.stream().map(features::row).toList();
    TopicGroups groups = TopicGroups.of(rows, 2, 1);

    assertThat(groups.groups()).isEqualTo(2);
    int sea = groups.group(features.row(asked("a ship in the harbour")));
    int sums = groups.group(features.row(asked("the square root of a prime")));
    assertThat(sea).isNotEqualTo(sums);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(groups.group(rows.get(i))).isEqualTo(i % 2 == 0 ? sea : sums);
    }
    assertThat(features.row(asked("quux frob")).known()).isEqualTo(0);
    assertThat(features.row(texts.get(0)).known()).isCloseTo(1, within(1e-6));
  }

  /** The gradient of what a ridge regression makes least is nothing at its solution. */
  @Test
  void ridgeSolvesItsEquation() {
    List<TextFeatures.Asked> texts = texts(40);
    TextFeatures features = TextFeatures.of(texts, 2, 1);
    List<TextFeatures.Row> rows = texts.stream().map(features::row).toList();
    Random random = new Random(8);
    double[][] targets = new double[40][2];
    for (double[] it : targets) {
      it[0] = random.nextGaussian();
      it[1] = random.nextInt(3) == 0 ? Double.NaN : random.nextGaussian();
    }
    double[] ridge = {3, 0.5};
    RidgeWeights weights = RidgeWeights.train(rows, features, 0, targets, ridge);

    for (int output = 0; output < 2; output++) {
      // With w = Xᵀr / λ the prediction is XXᵀr / λ, r what is left over.
      for (TextFeatures.Row at : rows) {
        double sum = 0;
        for (int i = 0; i < rows.size(); i++) {
          double left = targets[i][output] - weights.predict(rows.get(i))[output];
          sum += Double.isNaN(left) ? 0 : left * product(at, rows.get(i)) / ridge[output];
        }
        assertThat(weights.predict(at)[output]).isCloseTo(sum, within(5e-3));
      }
    }
    double[] none = {1, Double.POSITIVE_INFINITY};
    assertThat(RidgeWeights.train(rows, features, 0, targets, none).predict(rows.get(0))[1])
        .isEqualTo(0);
  }

  private static double product(TextFeatures.Row a, TextFeatures.Row b) {
    double sum = 0;
    for (int i = 0; i < a.features.places().length; i++) {
      for (int k = 0; k < b.features.places().length; k++) {
        sum +=
            a.features.places()[i] == b.features.places()[k]
                ? a.features.values()[i] * b.features.values()[k]
                : 0;
      }
    }
    return sum;
  }

  @Test
  void wavesAreNearWherePointsAre() {
    Waves waves = new Waves(3, 4096, 0.5, 7);
    float[] a = {0.5f, -1, 0.2f};
    float[] b = {0.1f, -0.4f, 0.9f};
    float[] at = new float[4096];
    float[] other = new float[4096];
    waves.put(a, 1, at, 0);
    waves.put(b, 1, other, 0);
    double product = 0;
    for (int i = 0; i < at.length; i++) {
      product += at[i] * other[i];
    }
    double distance = 0.16 + 0.36 + 0.49;
    assertThat(product).isCloseTo(Math.exp(-0.5 * distance), within(0.05));
  }

  @Test
  void readsTheFormOfAQuestion() {
    String quiz = "Which is NOT prime?\nA. 7\nB. 9\nC. 11\nD. 13\nAnswer:";
    float[] traits = Form.traits(quiz, quiz.length(), 0);
    assertThat(traits[2]).as("options").isEqualTo(4);
    assertThat(traits[9]).as("share of numbers").isGreaterThan(0.7f);
    assertThat(Form.traits("", 0, 0)).doesNotContain(Float.NaN);
    assertThat(Form.traits("\n\n?", 9, 3)).doesNotContain(Float.NaN);
  }

  @Test
  void filesAreReadWholeOrNotAtAll() {
    LearningFile.Writer out = new LearningFile.Writer();
    byte[] file = out.integer(7).text("ä").floats(new float[] {1}).toBytes();
    LearningFile.Reader in = new LearningFile.Reader(file);
    assertThat(in.integer()).isEqualTo(7);
    assertThat(in.text()).isEqualTo("ä");
    assertThat(in.floats()).containsExactly(1);
    in.end();
    for (int i = 0; i < file.length; i++) {
      byte[] damaged = file.clone();
      damaged[i] ^= 1;
      assertThatThrownBy(() -> new LearningFile.Reader(damaged))
          .isInstanceOf(IllegalArgumentException.class);
      byte[] cut = Arrays.copyOf(file, i);
      assertThatThrownBy(() -> new LearningFile.Reader(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] lying = new LearningFile.Writer().integer(Integer.MAX_VALUE).toBytes();
    assertThatThrownBy(() -> new LearningFile.Reader(lying).numbers())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("counts");
  }
}
