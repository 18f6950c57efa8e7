package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.measure.MeasureError;
import dev.treadle.measure.text.TextClassifier.Labelled;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextClassifierTest {
  private static final TextClassifier TOPICS = TextClassifier.train(examples(), 1);

  private static List<Labelled> examples() {
    List<Labelled> examples = new ArrayList<>(new Topics(1).examples(40));
    examples.addAll(new Topics(2).outOfScope(40));
    return examples;
  }

  @ParameterizedTest
  @CsvSource({
    "how do i bake a soup for dinner,food",
    "HOW DO I BAKE A SOUP FOR DINNER,food",
    "ｂａｋｅ ｓｏｕｐ,food",
    "请问怎么转账？银行余额,money",
    "这个函数编译报错,code",
    "ホテル旅行ください,travel",
    "baking souped,food"
  })
  void findsTheTopicInAnyLanguageAndForm(String text, String label) {
    assertThat(TOPICS.classify(text).label()).isEqualTo(label);
  }

  @Test
  void readsTheLinesThatItWrites() {
    TextClassifier.Labelled it = new TextClassifier.Labelled("x² \"y\"", "math");

    assertThat(it.json().toString()).isEqualTo("{\"text\":\"x² \\\"y\\\"\",\"label\":\"math\"}");
    assertThat(TextClassifier.Labelled.read(it.json())).contains(it);
    assertThat(TextClassifier.Labelled.read(it.json().without("label"))).isEmpty();
  }

  @Test
  void isSureOfWhatItHasSeenAndUnsureOfAMixture() {
    double clear = TOPICS.classify("compile the function exception bug").confidence();
    double mixed = TOPICS.classify("bank hotel soup bug").confidence();

    assertThat(clear).isBetween(0.9, 1.0);
    assertThat(mixed).isLessThan(clear);
  }

  @Test
  void tellsWhatBelongsToNoLabel() {
    List<Labelled> nothing = new Topics(3).outOfScope(100);
    List<Labelled> something = new Topics(4).examples(25);

    assertThat(nothing).filteredOn(it -> TOPICS.classify(it.text()).isInScope()).hasSizeLessThan(5);
    assertThat(something)
        .filteredOn(it -> !TOPICS.classify(it.text()).isInScope())
        .hasSizeLessThan(5);
    assertThat(TOPICS.calibration().outOfScopeAuroc()).isGreaterThan(0.95);
    assertThat(TOPICS.labels()).containsExactly("code", "food", "money", "travel");
  }

  @Test
  void readsWhatItSaved() {
    TextClassifier read = TextClassifier.load(TOPICS.save());

    assertThat(read.save()).isEqualTo(TOPICS.save());
    assertThat(read.trainedOn()).isEqualTo(TOPICS.trainedOn()).hasSize(64);
    assertThat(read.calibration()).isEqualTo(TOPICS.calibration());
    for (Labelled it : new Topics(5).examples(5)) {
      assertThat(read.classify(it.text())).isEqualTo(TOPICS.classify(it.text()));
    }
  }

  @Test
  void givesTheSameModelOnAnyNumberOfThreads() throws Exception {
    List<Labelled> examples = new Topics(6).examples(30);
    byte[] one;
    byte[] four;
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      one = pool.submit(() -> TextClassifier.train(examples, 7).save()).get();
    }
    try (ForkJoinPool pool = new ForkJoinPool(4)) {
      four = pool.submit(() -> TextClassifier.train(examples, 7).save()).get();
    }

    assertThat(four).isEqualTo(one);
  }

  @Test
  void trainsOnOneExample() {
    TextClassifier one = TextClassifier.train(List.of(new Labelled("hello", "greeting")), 1);

    assertThat(one.classify("hello").label()).isEqualTo("greeting");
    assertThat(one.classify("").label()).isEqualTo("greeting");
  }

  @Test
  void trainsOnLabelsWithOneExampleAndOnContradictions() {
    TextClassifier odd =
        TextClassifier.train(
            List.of(
                new Labelled("apples and pears", "fruit"),
                new Labelled("nails and screws", "iron"),
                new Labelled("both", "fruit"),
                new Labelled("both", "iron"),
                new Labelled("", "iron")),
            1);

    assertThat(odd.classify("pears").label()).isEqualTo("fruit");
    assertThat(odd.classify("screws").label()).isEqualTo("iron");
    assertThat(odd.classify("both").confidence()).isBetween(0.3, 0.7);
  }

  @Test
  void looksAtTheEndsOfALongText() {
    String filling = "the ".repeat(300_000);

    assertThat(TOPICS.classify("bake soup dinner recipe salt" + filling).label()).isEqualTo("food");
    assertThat(TOPICS.classify(filling + "visa hotel flight luggage").label()).isEqualTo("travel");
  }

  @Test
  void oneLabelIsToldFromWhatHasNone() {
    List<Labelled> examples = new ArrayList<>(new Topics(2).outOfScope(40));
    new Topics(1)
        .examples(40).stream().filter(it -> it.label().equals("code")).forEach(examples::add);
    TextClassifier code = TextClassifier.train(examples, 1);

    assertThat(code.classify("why does this function not compile").isInScope()).isTrue();
    assertThat(code.classify("violin volcano zebra").isInScope()).isFalse();
    assertThat(code.classify("violin volcano zebra").confidence()).isEqualTo(1);
  }

  @Test
  void keepsMostInScopeWithoutExamplesOfNothing() {
    TextClassifier topics = TextClassifier.train(new Topics(1).examples(40), 1);
    List<Labelled> something = new Topics(4).examples(25);

    assertThat(something)
        .filteredOn(it -> !topics.classify(it.text()).isInScope())
        .hasSizeLessThan(15);
    assertThat(topics.classify("ξψω φχ").isInScope()).isFalse();
    assertThat(topics.calibration().outOfScopeAuroc()).isNaN();
  }

  @Test
  void tellsAThousandLabelsApart() {
    List<Labelled> examples = new ArrayList<>();
    for (int label = 0; label < 1_000; label++) {
      examples.add(new Labelled("give me word" + label, "label" + label));
    }
    TextClassifier many = TextClassifier.train(examples, new TextClassifier.Options(5_000, 2), 1);

    assertThat(many.labels()).hasSize(1_000);
    assertThat(many.classify("a word517 now").label()).isEqualTo("label517");
  }

  @Test
  void refusesToLearnNothing() {
    assertThatThrownBy(() -> TextClassifier.train(List.of(), 1))
        .isInstanceOfSatisfying(
            TreadleException.class,
            it -> assertThat(it.code()).isEqualTo(MeasureError.TEXT_TRAINING_REFUSED));
    assertThatThrownBy(
            () ->
                TextClassifier.train(
                    List.of(new Labelled("anything", TextClassifier.OUT_OF_SCOPE)), 1))
        .isInstanceOf(TreadleException.class);
  }
}
