package dev.treadle.store.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every vector of the written file: few enough to ask for all of them. */
class WrittenVectorsTest {
  @Test
  void isRightAboutEveryWrittenVector() {
    List<String> wrong =
        VectorFile.read().stream()
            .filter(vector -> !vector.isRight())
            .map(
                v ->
                    v.family().label()
                        + (v.isValid() ? " missed in: " : " false alarm in: ")
                        + v.text()
                        + " → "
                        + Redactor.standard().findings(v.text()))
            .toList();

    assertThat(wrong).isEmpty();
  }

  @Test
  void holdsTwelveOfEachKindPerFamily() {
    Map<String, Long> counts =
        VectorFile.read().stream()
            .collect(
                Collectors.groupingBy(v -> v.family() + " " + v.isValid(), Collectors.counting()));

    assertThat(counts)
        .allSatisfy((kind, count) -> assertThat(count).as(kind).isGreaterThanOrEqualTo(12));
  }
}
