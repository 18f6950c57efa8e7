package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.measure.MeasureError;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ModelFileTest {
  private static final byte[] CLASSIFIER = classifier().save();
  private static final byte[] REGRESSOR =
      TextRegressor.train(List.of("red", "green"), new double[][] {{1, 2}, {3, 4}}, 1).save();
  private static final byte[] CLUSTERS = TextClusters.train(List.of("red", "green"), 2, 1).save();

  private static TextClassifier classifier() {
    List<TextClassifier.Labelled> examples = new ArrayList<>(new Topics(1).examples(3));
    examples.addAll(new Topics(2).outOfScope(3));
    return TextClassifier.train(examples, 1);
  }

  @Property(tries = 400)
  void refusesAnyDamage(@ForAll int place, @ForAll @IntRange(min = 1, max = 255) int change) {
    for (byte[] file : List.of(CLASSIFIER, REGRESSOR, CLUSTERS)) {
      byte[] damaged = file.clone();
      damaged[Math.floorMod(place, file.length)] ^= (byte) change;
      refuses(damaged);
    }
  }

  @Property(tries = 200)
  void refusesAnyTruncationAndAnythingAdded(@ForAll int place) {
    for (byte[] file : List.of(CLASSIFIER, REGRESSOR, CLUSTERS)) {
      refuses(Arrays.copyOf(file, Math.floorMod(place, file.length)));
      refuses(Arrays.copyOf(file, file.length + 1 + Math.floorMod(place, 50)));
    }
  }

  @Property(tries = 200)
  void refusesAnyBytes(@ForAll byte[] bytes) {
    refuses(bytes);
  }

  /** Whoever makes a file can make its checksum: then the counts must not be believed. */
  @Property(tries = 400)
  void neverBelievesACount(@ForAll int place, @ForAll int count) {
    for (byte[] file : List.of(CLASSIFIER, REGRESSOR, CLUSTERS)) {
      byte[] content = Arrays.copyOf(file, file.length - 32);
      int at = 8 + Math.floorMod(place, content.length - 12);
      for (int i = 0; i < 4; i++) {
        content[at + i] = (byte) (count >>> (24 - 8 * i));
      }
      readsOrRefuses(signed(content));
    }
  }

  @Test
  void namesTheVersionThatItDoesNotKnow() {
    byte[] content = Arrays.copyOf(CLASSIFIER, CLASSIFIER.length - 32);
    content[6] = 99;

    assertThatThrownBy(() -> TextClassifier.load(signed(content)))
        .isInstanceOfSatisfying(
            TreadleException.class,
            it -> assertThat(it.code()).isEqualTo(MeasureError.TEXT_MODEL_UNKNOWN))
        .hasMessageContaining("version 99")
        .hasMessageContaining("version 1");
  }

  @Test
  void refusesAHugeCountOfLabels() {
    byte[] file =
        new ModelFile.Writer(ModelFile.Kind.CLASSIFIER)
            .text("0".repeat(64))
            .integer(Integer.MAX_VALUE)
            .toBytes();

    assertThatThrownBy(() -> TextClassifier.load(file)).hasMessageContaining("counts 2147483647");
  }

  @Test
  void refusesGramsThatAreAllTheSame() {
    byte[] file =
        new ModelFile.Writer(ModelFile.Kind.CLUSTERS)
            .integers(new int[500_000])
            .floats(new float[500_000])
            .number(1)
            .toBytes();

    assertThatThrownBy(() -> TextClusters.load(file)).hasMessageContaining("not different");
  }

  private static byte[] signed(byte[] content) {
    byte[] file = Arrays.copyOf(content, content.length + 32);
    System.arraycopy(ModelFile.sha256(content), 0, file, content.length, 32);
    return file;
  }

  private static void refuses(byte[] file) {
    for (Runnable load : loads(file)) {
      assertThatThrownBy(load::run).isInstanceOf(TreadleException.class);
    }
  }

  /** What was changed may be a weight: then there is a model, and it answers. */
  private static void readsOrRefuses(byte[] file) {
    for (Runnable load : loads(file)) {
      try {
        load.run();
      } catch (TreadleException e) {
        assertThat(e).hasMessageContaining("text model");
      }
    }
  }

  private static List<Runnable> loads(byte[] file) {
    return List.of(
        () -> assertThat(TextClassifier.load(file).classify("bake a red cake")).isNotNull(),
        () -> assertThat(TextRegressor.load(file).predict("bake a red cake")).isNotEmpty(),
        () -> assertThat(TextClusters.load(file).nearest("bake a red cake")).isNotNull());
  }
}
