package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void saysWhatIsWrongAndWhereWithoutTheLibrarysOwnAffairs() {
    assertThatThrownBy(() -> Json.read("{\"messages\": [1"))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("not JSON: Unexpected end-of-input")
        .hasMessageNotContaining("Source")
        .hasMessageNotContaining("\n");
  }
}
