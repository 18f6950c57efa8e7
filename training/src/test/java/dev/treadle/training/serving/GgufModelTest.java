package dev.treadle.training.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.training.gguf.ExportSettings;
import dev.treadle.training.gguf.GgufExport;
import dev.treadle.training.gguf.GgufForm;
import dev.treadle.training.making.ModelMaker;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GGUF file answers as the folder does that it was made of. */
final class GgufModelTest {
  private static final Generation GREEDY =
      new Generation(8, Sampling.GREEDY, List.of(), OptionalInt.empty());

  @TempDir static Path place;

  @BeforeAll
  static void makeModel() throws IOException {
    Path text =
        Files.writeString(place.resolve("text.txt"), "Oben und unten und mehr. ".repeat(40));
    Path folder = Files.createDirectories(place.resolve("model"));
    new ModelMaker(new ModelPlan(Architecture.QWEN2, 64, 2, 300, 256, 1))
        .make(List.of(text), folder);
    new GgufExport(
            new ExportSettings(folder, place.resolve("model.gguf"), GgufForm.F32, 2),
            (_, _, _) -> {})
        .run();
  }

  private static LocalModel open(String name, Optional<Path> adapter) {
    return LocalModel.open(
        new LocalModel.Settings(
            place.resolve(name), adapter, OptionalInt.empty(), 2, Long.MAX_VALUE));
  }

  /** An answer's text, why it ended, and after how many tokens it began. */
  private static List<Object> answer(LocalModel model, String prompt) {
    StringBuilder text = new StringBuilder();
    Generated generated =
        model.generate(
            model.prompt(prompt, true),
            GREEDY,
            new Receiver() {
              @Override
              public void more(String piece, List<TokenChance> chances) {
                text.append(piece);
              }

              @Override
              public boolean isDone() {
                return false;
              }
            });
    return List.of(text.toString(), generated.finish(), generated.promptTokens());
  }

  @Test
  void goesOnAsItsFolderDoes() {
    try (LocalModel folder = open("model", Optional.empty());
        LocalModel file = open("model.gguf", Optional.empty())) {
      assertThat(file.context()).isEqualTo(256);
      for (String it : List.of("und mehr", "und", "r und")) {
        assertThat(answer(file, it)).isEqualTo(answer(folder, it));
      }
      assertThat(answer(file, "und").getFirst().toString()).isNotEmpty();
      assertThat(file.template().orElseThrow().mentions("<tool_call>")).isTrue();
      assertThatThrownBy(() -> file.prompt("", true))
          .isInstanceOfSatisfying(
              TreadleException.class,
              it -> assertThat(it.code()).isEqualTo(TrainingError.PROMPT_EMPTY));
    }
  }

  @Test
  void saysWhatItCannotDo() {
    try (LocalModel file = open("model.gguf", Optional.empty())) {
      assertThat(file.canDo(GREEDY)).isTrue();
      assertThat(file.canDo(new Generation(1, Sampling.GREEDY, List.of(), OptionalInt.of(0))))
          .isFalse();
      assertThat(
              file.canDo(
                  new Generation(1, new Sampling(1, 1, 5, 0), List.of(), OptionalInt.empty())))
          .isFalse();
    }
    assertThatThrownBy(() -> open("model.gguf", Optional.of(place)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("treadle merge");
  }
}
