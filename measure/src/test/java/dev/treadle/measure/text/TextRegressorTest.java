package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.TreadleException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextRegressorTest {
  private static final List<TextClassifier.Labelled> EXAMPLES = new Topics(1).examples(40);
  private static final List<String> TEXTS =
      EXAMPLES.stream().map(TextClassifier.Labelled::text).toList();

  /** The first number is high for code, the second low for food; a third is never known. */
  private static double[][] targets() {
    return EXAMPLES.stream()
        .map(
            it ->
                new double[] {
                  it.label().equals("code") ? 1 : 0, it.label().equals("food") ? -3 : 5, Double.NaN
                })
        .toArray(double[][]::new);
  }

  @Test
  void predictsSeveralNumbers() {
    TextRegressor regressor = TextRegressor.train(TEXTS, targets(), 0.1);
    double[] code = regressor.predict("compile the function, exception, bug");
    double[] food = regressor.predict("bake soup dinner salt");

    assertThat(code[0]).isBetween(0.7, 1.3);
    assertThat(food[0]).isBetween(-0.3, 0.3);
    assertThat(code[1]).isBetween(4.0, 6.0);
    assertThat(food[1]).isBetween(-6.0, -2.0);
    assertThat(code[2]).isZero();
  }

  @Test
  void givesTheMeanWhereNothingIsKnown() {
    TextRegressor regressor = TextRegressor.train(TEXTS, targets(), 1);

    assertThat(regressor.predict("ξψω")[0]).isBetween(0.1, 0.4);
    assertThat(regressor.predict("")[1]).isBetween(2.0, 4.0);
  }

  @Test
  void passesOverWhatIsNotKnownOrHasNoWeight() {
    double[][] targets = {{1}, {Double.NaN}, {-100}, {1}};
    TextRegressor regressor =
        TextRegressor.train(
            List.of("red", "green", "blue", "yellow"), targets, new double[] {1, 1, 0, 1}, 0.1);

    assertThat(regressor.predict("blue")[0]).isBetween(0.9, 1.1);
    assertThat(regressor.predict("green")[0]).isBetween(0.9, 1.1);
  }

  @Test
  void heavyExamplesPullMore() {
    List<String> texts = List.of("red", "red");
    double[][] targets = {{0}, {1}};
    double low = TextRegressor.train(texts, targets, new double[] {9, 1}, 0.1).predict("red")[0];
    double high = TextRegressor.train(texts, targets, new double[] {1, 9}, 0.1).predict("red")[0];

    assertThat(low).isBetween(0.0, 0.2);
    assertThat(high).isBetween(0.8, 1.0);
  }

  @Test
  void readsWhatItSaved() {
    TextRegressor regressor = TextRegressor.train(TEXTS, targets(), 0.1);
    TextRegressor read = TextRegressor.load(regressor.save());

    assertThat(read.outputs()).isEqualTo(3);
    assertThat(read.predict("bake a bug")).isEqualTo(regressor.predict("bake a bug"));
    assertThatThrownBy(() -> TextClassifier.load(regressor.save()))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("kind 2");
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertThatThrownBy(() -> TextRegressor.train(List.of("a"), new double[][] {}, 1))
        .isInstanceOf(TreadleException.class);
    assertThatThrownBy(
            () -> TextRegressor.train(List.of("a", "b"), new double[][] {{1}, {1, 2}}, 1))
        .isInstanceOf(TreadleException.class);
    assertThatThrownBy(() -> TextRegressor.train(List.of("a"), new double[][] {{1}}, 0))
        .isInstanceOf(TreadleException.class);
  }
}
