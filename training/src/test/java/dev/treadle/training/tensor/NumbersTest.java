package dev.treadle.training.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.testkit.Project;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The optimizer and the norm give PyTorch's and transformers' numbers; python/make_numbers.py made
 * them.
 */
final class NumbersTest {
  private static final List<String> NAMES = List.of("decayed", "not_decayed");

  @BeforeAll
  static void load() {
    Libtorch.load();
  }

  private static JsonNode golden(String name, int which) throws IOException {
    return Json.read(
            Files.readAllBytes(Project.root().resolve("training/src/test/resources/numbers.json")))
        .path(name)
        .get(which);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void stepsAsPyTorchDoes(int which) throws IOException {
    JsonNode golden = golden("adamw", which);
    boolean isWide = golden.path("dtype").asString("float32").equals("float64");
    double near = isWide ? 1e-12 : 1e-6;
    AdamW.Settings settings =
        new AdamW.Settings(
            golden.path("beta1").doubleValue(),
            golden.path("beta2").doubleValue(),
            golden.path("epsilon").doubleValue(),
            golden.path("weight_decay").doubleValue());
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard();
        Parameters parameters =
            parameters(golden, isWide ? Arithmetic.FLOAT64 : Arithmetic.FLOAT32);
        AdamW optimizer = new AdamW(parameters, settings)) {
      for (int i = 0; i < 2; i++) {
        parameters.master(NAMES.get(i)).copy_(tensor(golden.path("before").get(i)));
      }
      for (JsonNode step : golden.path("steps")) {
        for (int i = 0; i < 2; i++) {
          parameters.gradients().of(NAMES.get(i)).copy_(tensor(step.path("gradients").get(i)));
        }

        double norm =
            optimizer.step(
                step.path("learning_rate").doubleValue(), golden.path("clip").doubleValue());

        double expected = step.path("norm").doubleValue();
        assertThat(norm).isCloseTo(expected, within(near * Math.max(1, expected)));
        for (int i = 0; i < 2; i++) {
          assertThat(numbers(parameters.master(NAMES.get(i))))
              .containsExactly(numbers(step.path("after").get(i)), within(near));
        }
      }
      assertThat(optimizer.steps()).isEqualTo(8);
    }
  }

  private static Parameters parameters(JsonNode golden, Arithmetic arithmetic) {
    JsonNode before = golden.path("before");
    return new Parameters(
        List.of(
            new Parameters.Wanted(NAMES.get(0), List.of((long) before.get(0).size()), true),
            new Parameters.Wanted(NAMES.get(1), List.of((long) before.get(1).size()), false)),
        arithmetic,
        Device.CPU);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void roundsANormWhereTransformersDoes(int which) throws IOException {
    JsonNode golden = golden("norm", which);
    boolean isNarrow = golden.path("dtype").asString().equals("bfloat16");
    ScalarType type = isNarrow ? ScalarType.BFloat16 : ScalarType.Float;
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard();
        Parameters parameters =
            new Parameters(
                List.of(
                    new Parameters.Wanted(
                        "weight", List.of((long) golden.path("weight").size()), false)),
                isNarrow ? Arithmetic.BFLOAT16 : Arithmetic.FLOAT32,
                Device.CPU)) {
      parameters.master("weight").copy_(tensor(golden.path("weight")));
      parameters.refresh();
      Norm norm =
          new Norm(
              "weight",
              new Matrix.Trained(parameters, "weight"),
              golden.path("epsilon").doubleValue(),
              ScalarType.Float);
      Tensor input = rows(golden.path("input"), type);
      Tensor factors = norm.factors(input);

      Tensor output = norm.forward(input, factors);

      // In bfloat16 to the bit: another order of rounding gives other numbers.
      assertThat(numbers(output))
          .containsExactly(flat(golden.path("output")), within(isNarrow ? Double.MIN_VALUE : 1e-6));
      Tensor sum = Tensors.zerosLike(input, input.size(0), input.size(1));
      norm.backward(rows(golden.path("slope"), type), input, factors, sum, parameters.gradients());
      near(numbers(sum), golden.path("input_gradient"), isNarrow ? 0.02 : 1e-5);
      near(
          numbers(parameters.gradients().of("weight")),
          Json.array().add(golden.path("weight_gradient")),
          isNarrow ? 0.02 : 1e-5);
    }
  }

  /** Near in relation to the row's largest number: PyTorch rounds on the way back, too. */
  private static void near(double[] found, JsonNode rows, double share) {
    int width = rows.get(0).size();
    assertThat(found).hasSize(rows.size() * width);
    for (int i = 0; i < rows.size(); i++) {
      double[] expected = numbers(rows.get(i));
      double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
      assertThat(Arrays.copyOfRange(found, i * width, (i + 1) * width))
          .containsExactly(expected, within(share * largest));
    }
  }

  private static double[] numbers(JsonNode list) {
    double[] numbers = new double[list.size()];
    Arrays.setAll(numbers, it -> list.get(it).doubleValue());
    return numbers;
  }

  private static double[] flat(JsonNode rows) {
    return rows.valueStream().flatMapToDouble(it -> Arrays.stream(numbers(it))).toArray();
  }

  private static Tensor tensor(JsonNode list) {
    return Tensor.create(numbers(list));
  }

  private static Tensor rows(JsonNode rows, ScalarType type) {
    return Tensor.create(flat(rows)).view(rows.size(), rows.get(0).size()).to(type);
  }

  private static double[] numbers(Tensor tensor) {
    Tensor wide = tensor.to(ScalarType.Double).contiguous();
    double[] numbers = new double[Math.toIntExact(wide.numel())];
    wide.data_ptr_double().get(numbers);
    return numbers;
  }
}
