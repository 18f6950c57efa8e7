package dev.treadle.training.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.training.making.ModelMaker;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model answers. */
final class LocalModelTest {
  @TempDir static Path place;

  @BeforeAll
  static void makeModel() throws IOException {
    Path text = Files.writeString(place.resolve("text.txt"), "Über 日本語 😀 und mehr. ".repeat(40));
    Files.createDirectories(place.resolve("model"));
    new ModelMaker(new ModelPlan(Architecture.QWEN3, 64, 2, 300, 256, 1))
        .make(List.of(text), place.resolve("model"));
  }

  private static LocalModel open(OptionalInt context, long bytes) {
    return LocalModel.open(
        new LocalModel.Settings(place.resolve("model"), Optional.empty(), context, 2, bytes));
  }

  private static LocalModel open() {
    return open(OptionalInt.empty(), Long.MAX_VALUE);
  }

  /** Keeps what comes, and is done after so many pieces. */
  private static final class Kept implements Receiver {
    private final StringBuilder text = new StringBuilder();
    private final List<TokenChance> chances = new ArrayList<>();
    private int pieces;
    private final int most;

    Kept(int most) {
      this.most = most;
    }

    @Override
    public void more(String piece, List<TokenChance> more) {
      text.append(piece);
      chances.addAll(more);
      pieces++;
    }

    @Override
    public boolean isDone() {
      return pieces >= most;
    }
  }

  private static Generation wish(int tokens, double temperature, long seed, String... stops) {
    return new Generation(
        tokens, new Sampling(temperature, 1, 0, seed), List.of(stops), OptionalInt.of(3));
  }

  private static Kept ask(LocalModel model, Generation wish) {
    Kept kept = new Kept(Integer.MAX_VALUE);
    model.generate(model.prompt("日本", true), wish, kept);
    return kept;
  }

  @Test
  void sameSeedSameText() {
    try (LocalModel model = open()) {
      String first = ask(model, wish(40, 1, 5)).text.toString();
      assertThat(first).isNotEmpty();
      assertThat(ask(model, wish(40, 1, 5)).text).hasToString(first);
      assertThat(ask(model, wish(40, 1, 6)).text.toString()).isNotEqualTo(first);
      assertThat(first.chars().filter(it -> Character.isSurrogate((char) it)).count() % 2).isZero();
    }
  }

  @Test
  void endsWhereItShould() {
    try (LocalModel model = open()) {
      LocalModel.Prompt prompt = model.prompt("日本", true);
      Kept kept = new Kept(Integer.MAX_VALUE);
      Generated generated = model.generate(prompt, wish(7, 1, 5), kept);
      assertThat(generated)
          .isEqualTo(new Generated(Generated.Finish.LENGTH, prompt.tokens().length, 0, 7));
      assertThat(kept.chances).hasSize(7).allMatch(it -> it.others().size() == 3);
      assertThat(kept.chances).allMatch(it -> it.logProbability() < 0);

      String whole = ask(model, wish(40, 1, 5)).text.toString();
      String stop = whole.substring(5, 8);
      Kept stopped = new Kept(Integer.MAX_VALUE);
      generated = model.generate(prompt, wish(40, 1, 5, stop), stopped);
      assertThat(generated.finish()).isEqualTo(Generated.Finish.STOP);
      assertThat(generated.cachedTokens()).isEqualTo(prompt.tokens().length - 1);
      assertThat(stopped.text).hasToString(whole.substring(0, whole.indexOf(stop)));

      Kept left = new Kept(2);
      assertThat(model.generate(prompt, wish(40, 1, 5), left).finish())
          .isEqualTo(Generated.Finish.DONE);
      assertThat(left.pieces).isEqualTo(2);
    }
  }

  @Test
  void theContextIsTheEnd() {
    try (LocalModel model = open(OptionalInt.of(16), Long.MAX_VALUE)) {
      LocalModel.Prompt prompt = model.prompt("日", true);
      Generated generated = model.generate(prompt, wish(1000, 0, 5), new Kept(Integer.MAX_VALUE));
      assertThat(generated.finish()).isEqualTo(Generated.Finish.LENGTH);
      // The last token needs no room: nothing is computed after it.
      assertThat(generated.tokens()).isEqualTo(16 - prompt.tokens().length + 1);
      refused(() -> model.prompt("mehr und mehr ".repeat(20), true), TrainingError.PROMPT_TOO_LONG);
      refused(() -> model.prompt("", true), TrainingError.PROMPT_EMPTY);
    }
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeItIsLoaded() {
    refused(() -> open(OptionalInt.empty(), 1 << 20), TrainingError.MEMORY_SHORT);
    refused(() -> open(OptionalInt.of(257), Long.MAX_VALUE), TrainingError.CONTEXT_INVALID);
    refused(() -> open(OptionalInt.of(1), Long.MAX_VALUE), TrainingError.CONTEXT_INVALID);
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable what, TrainingError code) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            TreadleException.class, it -> assertThat(it.code()).isEqualTo(code));
  }

  @Test
  void knowsItsTemplate() {
    try (LocalModel model = open()) {
      assertThat(model.template().orElseThrow().mentions("<tool_call>")).isTrue();
      assertThat(model.context()).isEqualTo(256);
    }
  }
}
