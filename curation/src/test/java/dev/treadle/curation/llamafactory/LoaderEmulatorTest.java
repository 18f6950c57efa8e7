package dev.treadle.curation.llamafactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class LoaderEmulatorTest {
  private static final List<String> FILES = List.of("alpaca.json", "sharegpt.json", "openai.json");

  @TestFactory
  Stream<DynamicTest> judgesRowsAsTheTrainerDoes() {
    return FILES.stream()
        .flatMap(
            file ->
                Cases.of(file)
                    .map(
                        one ->
                            DynamicTest.dynamicTest(
                                file + ": " + one.path("name").stringValue(), () -> check(one))));
  }

  private static void check(JsonNode one) {
    Verdict verdict = Cases.emulator(one).judge(one.path("row"));
    Set<String> reasons = new TreeSet<>();
    switch (verdict) {
      case Verdict.Accepted accepted -> {
        for (Alteration alteration : accepted.alterations()) {
          reasons.add(alteration.reason().code());
          assertOneLine(alteration.explanation());
        }
        if (one.has("sample")) {
          assertThat(accepted.sample()).isEqualTo(sample(one.path("sample")));
        }
      }
      case Verdict.Dropped dropped -> {
        reasons.add(dropped.reason().code());
        assertOneLine(dropped.explanation());
      }
      case Verdict.Raised raised -> {
        reasons.add(raised.reason().code());
        assertOneLine(raised.explanation());
      }
    }
    String kind = verdict.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    assertThat(kind + " " + reasons)
        .as(verdict.toString())
        .isEqualTo(one.path("verdict").stringValue() + " " + Cases.texts(one.path("reasons")));
  }

  private static void assertOneLine(String explanation) {
    assertThat(explanation).isNotBlank().doesNotContain("\n").doesNotContain("null`");
  }

  private static Sample sample(JsonNode expected) {
    return new Sample(
        turns(expected.path("prompt")),
        turns(expected.path("response")),
        expected.path("system").stringValue(),
        expected.path("tools").stringValue());
  }

  private static List<Turn> turns(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(
            turn ->
                new Turn(
                    Role.valueOf(turn.path(0).stringValue().toUpperCase(Locale.ROOT)),
                    turn.path(1).stringValue()))
        .toList();
  }

  @Test
  void everyReasonHasATestCase() {
    Set<String> seen = new TreeSet<>();
    FILES.forEach(
        file -> Cases.of(file).forEach(one -> seen.addAll(Cases.texts(one.path("reasons")))));
    Cases.of("files.json")
        .forEach(
            one -> {
              seen.addAll(Cases.texts(one.path("reasons")));
              seen.addAll(Cases.texts(one.path("failures")));
            });
    Set<String> all = new TreeSet<>();
    for (Reason reason : Reason.values()) {
      all.add(reason.code());
    }
    assertThat(seen).isEqualTo(all);
  }
}
