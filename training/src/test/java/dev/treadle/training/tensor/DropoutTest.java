package dev.treadle.training.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class DropoutTest {
  @BeforeAll
  static void load() {
    Libtorch.load();
  }

  private static float[] mask(Dropout dropout, int layer, int module) {
    try (PointerScope _ = new PointerScope()) {
      float[] mask = new float[200 * 501];
      dropout.mask(layer, module, torch.zeros(200, 501)).data_ptr_float().get(mask);
      return mask;
    }
  }

  @Test
  void leavesOutItsShareAndKeepsTheMean() {
    float[] mask = mask(new Dropout(0.3, 1, 2), 3, 4);
    int dropped = 0;
    double sum = 0;
    for (float it : mask) {
      dropped += it == 0 ? 1 : 0;
      sum += it;
      assertThat(it == 0 || Math.abs(it - 1 / 0.7f) < 1e-4).isTrue();
    }
    // Four standard deviations of 100,200 draws.
    assertThat(dropped / (double) mask.length).isCloseTo(0.3, within(0.0058));
    assertThat(sum / mask.length).isCloseTo(1, within(0.0083));
  }

  @Test
  void isTheSameForTheSamePlaceAndAnotherElsewhere() {
    Dropout dropout = new Dropout(0.5, 1, 2);
    float[] mask = mask(dropout, 3, 4);

    assertThat(mask(new Dropout(0.5, 1, 2), 3, 4)).isEqualTo(mask);
    for (float[] it :
        Arrays.asList(
            mask(dropout, 4, 4),
            mask(dropout, 3, 5),
            mask(dropout.of(1), 3, 4),
            mask(new Dropout(0.5, 1, 3), 3, 4),
            mask(new Dropout(0.5, 2, 2), 3, 4))) {
      int equal = 0;
      for (int i = 0; i < it.length; i++) {
        equal += it[i] == mask[i] ? 1 : 0;
      }
      assertThat(equal / (double) it.length).isCloseTo(0.5, within(0.01));
    }
  }

  @Test
  void aShareThatIsNoneIsRefused() {
    for (double it : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new Dropout(it, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
