package dev.treadle.training.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;
import dev.treadle.transcript.TreadleException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class TrainingSettingsTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  /** As people write it for LLaMA-Factory and scripts around PEFT, comments and all. */
  private static final String COMMON =
      """
      repository:
        languages: [python]
      lora:
        r: 64             # rank
        alpha: 128
        dropout: 0.05
        target_modules:
          - q_proj
          - k_proj
          - v_proj
          - o_proj
          - gate_proj
          - up_proj
          - down_proj
        bias: none
      training:
        batch_size: 2
        gradient_accumulation_steps: 8
        learning_rate: 1e-3
        num_epochs: 3
        warmup_ratio: 0.05
        weight_decay: 0.01
        max_grad_norm: 1.0
        bf16: true
      """;

  static JsonNode yaml(String text) {
    return YAML.readTree(text);
  }

  private static TrainingSettings read(String yaml) {
    return TrainingSettings.read(yaml(yaml));
  }

  @Test
  void readsSectionsAsPeopleHaveThem() {
    TrainingSettings it = read(COMMON);

    AdapterConfiguration lora = ((Tuning.Lora) it.tuning()).adapter();
    assertThat(lora.rank()).isEqualTo(64);
    assertThat(lora.alpha()).isEqualTo(128);
    assertThat(lora.dropout()).isEqualTo(0.05);
    assertThat(lora.targets())
        .isEqualTo(
            new Targets.Names(
                List.of(
                    "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")));
    assertThat(lora.bias()).isEqualTo(AdapterConfiguration.Bias.NONE);
    assertThat(it.rows().batchSize()).isEqualTo(2);
    assertThat(it.rows().accumulation()).isEqualTo(8);
    assertThat(it.extent()).isEqualTo(new TrainingSettings.Extent(3, Optional.empty()));
    assertThat(it.optimizer())
        .isEqualTo(
            new TrainingSettings.Optimizer(
                new LearningRate(1e-3, new WarmUp.Ratio(0.05), Decay.COSINE, 0),
                0.01,
                1,
                0.9,
                0.999,
                1e-8));
    assertThat(it.engine().precision()).isEqualTo(Precision.BFLOAT16);
    assertThat(TrainingSettings.otherSections(yaml(COMMON))).containsExactly("repository");
  }

  @Test
  void takesScientificNotationForANumberWhateverYamlTakesItFor() {
    for (String it :
        List.of("1e-3", "'1e-3'", "1E-3", "1.0e-3", "0.001", "'0.001'", "'+1e-03'", "'.1e-2'")) {
      assertThat(read("training: {learning_rate: " + it + "}").optimizer().learningRate().peak())
          .as(it)
          .isEqualTo(0.001);
    }
  }

  @Test
  void theRateOfAllWeightsIsATenthOfAnAdapters() {
    assertThat(TrainingSettings.defaults().optimizer().learningRate().peak()).isEqualTo(2e-4);
    TrainingSettings full = read("training: {method: full}");
    assertThat(full.tuning()).isEqualTo(new Tuning.Full());
    assertThat(full.optimizer().learningRate().peak()).isEqualTo(2e-5);
  }

  @Test
  void alphaFollowsTheRank() {
    assertThat(((Tuning.Lora) read("lora: {r: 8}").tuning()).adapter().alpha()).isEqualTo(16);
  }

  @Test
  void targetsComeInEveryFormThatPeftKnows() {
    assertThat(targets("all-linear")).isEqualTo(new Targets.AllLinear());
    assertThat(targets("[q_proj, self_attn.v_proj]"))
        .isEqualTo(new Targets.Names(List.of("q_proj", "self_attn.v_proj")));
    assertThat(targets("q_proj, v_proj")).isEqualTo(new Targets.Names(List.of("q_proj", "v_proj")));
    assertThat(targets("'.*\\.[01]\\.mlp\\..*'"))
        .isEqualTo(new Targets.Expression(".*\\.[01]\\.mlp\\..*"));
    assertThat(targets("[]")).isEqualTo(new Targets.AllLinear());
  }

  private static Targets targets(String value) {
    return ((Tuning.Lora) read("lora:\n  target_modules: " + value).tuning()).adapter().targets();
  }

  @Test
  void readsTheRestOfAnAdapter() {
    AdapterConfiguration it =
        ((Tuning.Lora)
                read("""
                    lora:
                      lora_alpha: 8
                      lora_dropout: 0.1
                      use_rslora: true
                      exclude_modules: [k_proj]
                      layers_to_transform: 1
                      layers_pattern: layers
                      rank_pattern: {down_proj: 4}
                      alpha_pattern: {down_proj: 2}
                      bias: lora_only
                      task_type: CAUSAL_LM
                      use_dora: false
                      modules_to_save: null
                    """)
                    .tuning())
            .adapter();

    assertThat(it)
        .isEqualTo(
            new AdapterConfiguration(
                Optional.empty(),
                16,
                8,
                0.1,
                true,
                new Targets.AllLinear(),
                Optional.of(new Targets.Names(List.of("k_proj"))),
                Map.of("down_proj", 4),
                Map.of("down_proj", 2.0),
                AdapterConfiguration.Bias.LORA_ONLY,
                List.of(),
                List.of(1),
                List.of("layers")));
  }

  @Test
  void stepsOfWarmUpComeBeforeItsRatioAsInTransformers() {
    assertThat(warmUp("warmup_steps: 7, warmup_ratio: 0.5")).isEqualTo(new WarmUp.Steps(7));
    assertThat(warmUp("warmup_steps: 0, warmup_ratio: 0.5")).isEqualTo(new WarmUp.Ratio(0.5));
    assertThat(warmUp("warmup_steps: 0.25")).isEqualTo(new WarmUp.Ratio(0.25));
    assertThat(warmUp("lr_scheduler_type: constant")).isEqualTo(new WarmUp.Steps(0));
    assertThat(warmUp("lr_scheduler_type: constant_with_warmup")).isEqualTo(new WarmUp.Ratio(0.03));
  }

  private static WarmUp warmUp(String values) {
    return read("training: {" + values + "}").optimizer().learningRate().warmUp();
  }

  @Test
  void readsWhenIsEvaluatedAndKept() {
    TrainingSettings.Checkpoints it =
        read("training: {eval_strategy: epoch, save_steps: 20, load_best_model_at_end: true,"
                + " early_stopping_patience: 2, save_total_limit: 1, logging_steps: 5}")
            .checkpoints();

    assertThat(it)
        .isEqualTo(
            new TrainingSettings.Checkpoints(
                new Interval.Epoch(), new Interval.Steps(20), 1, true, 2, 5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training: {batch_size: 0}|training.batch_size is 0: it must be a whole number from 1 to 65536",
        "training: {batch_size: many}|training.batch_size is \"many\": it must be a number, such as 3, 0.05 or 1e-4",
        "training: {batch_size: 1.5}|training.batch_size is 1.5: it must be a whole number",
        "training: {batch_size: 1e12}|training.batch_size is 1.0E12: it must be a whole number below 2147483647",
        "training: {learning_rate: 0}|training.learning_rate is 0: it must be a number above 0",
        "training: {learning_rate: 1e-999}|training.learning_rate is 0: it must be a number above 0",
        "training: {learning_rate: -1e-3}|training.learning_rate is -0.001: it must be a number above 0",
        "training: {learning_rate: 1e30}|training.learning_rate is 1.0E30: it must be at most 10",
        "training: {num_epochs: .inf}|training.num_epochs is \"Infinity\": it must be a number, such as 3, 0.05 or 1e-4",
        "training: {warmup_ratio: 1}|training.warmup_ratio is 1: it must be a number from 0, below 1",
        "training: {max_steps: 0}|training.max_steps is 0: it must be a whole number from 1 to 100000000",
        "training: {bf16: 'yes'}|training.bf16 is \"yes\": it must be true or false",
        "training: {fp16: true}|training.fp16 is true: it must be left out: it is not supported",
        "training: {optim: adafactor}|training.optim is \"adafactor\": it must be adamw_torch or adamw_torch_fused: nothing else is supported",
        "training: {lr_scheduler_type: polynomial}|training.lr_scheduler_type is \"polynomial\": it must be cosine or linear or constant or constant_with_warmup or cosine_with_min_lr",
        "training: {lr_scheduler_type: constant, warmup_steps: 3}|training.lr_scheduler_type is constant: it must be constant_with_warmup where there is a warm-up",
        "training: {eval_strategy: no, early_stopping_patience: 2}|training.eval_strategy is no: it must be steps or epoch where the best is kept or patience ends",
        "training: {method: full, load_in_8bit: true}|training.load_in_8bit is true: it must be false with method full: int8 is for weights that stay",
        "training: {learning_rat: 1}|there is no key 'training.learning_rat': did you mean 'training.learning_rate'?",
        "training: {r: 1}|there is no key 'training.r': did you mean 'lora.r'?",
        "trainning: {r: 1}|there is no section 'trainning': did you mean 'training'?",
        "lora: {r: 0}|lora.r is 0: it must be a whole number from 1 to 65536",
        "lora: {dropout: 1}|lora.dropout is 1: it must be a number from 0, below 1",
        "lora: {alpha: 1, lora_alpha: 2}|lora.alpha is there twice, as alpha and as lora_alpha: leave one out",
        "lora: {use_dora: true}|lora.use_dora is true: it must be left out: it is not supported",
        "lora: {modules_to_save: [lm_head]}|lora.modules_to_save is [\"lm_head\"]: it must be left out: it is not supported",
        "lora: {init_lora_weights: pissa}|lora.init_lora_weights is \"pissa\": it must be true: nothing else is supported",
        "lora: {target_modules: '(q_proj'}|lora.target_modules is \"(q_proj\": it must be an expression (Unclosed group)",
        "lora: {target_modules: [1]}|lora.target_modules is 1: it must be a list of names",
        "lora: {bias: some}|lora.bias is \"some\": it must be none or all or lora_only",
        "lora: {layers_to_transform: [0, -1]}|lora.layers_to_transform is -1: it must be a whole number from 0 to 9999",
        "lora: 3|lora is 3: it must be keys with values below it",
      })
  void refusesInOneLineThatNamesTheKey(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(TreadleException.class)
        .hasMessage(message)
        .extracting(it -> ((TreadleException) it).code())
        .isEqualTo(TrainingError.SETTINGS_INVALID);
  }

  @Test
  void bothMethodsAtOnceAreRefused() {
    assertThatThrownBy(() -> read("lora: {r: 4}\ntraining: {method: full}"))
        .hasMessage("training.method is full, and there is a section lora: leave one of them out");
    assertThatThrownBy(() -> read("training: {bf16: true, load_in_8bit: true}"))
        .hasMessageStartingWith("training.bf16 and training.load_in_8bit are both true");
  }

  @Test
  void refusalsOfLongValuesStayShort() {
    assertThatThrownBy(() -> read("training: {bf16: '" + "x\\n".repeat(5000) + "'}"))
        .message()
        .hasSizeLessThan(160)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        COMMON,
        "training: {method: full, objective: text, threads: 2, max_steps: 7, warmup_steps: 3}",
        "training: {lr_scheduler_type: constant, load_in_8bit: true, eval_strategy: 'no'}",
        "training: {lr_scheduler_type: constant_with_warmup, save_strategy: epoch, too_long: fail}",
        "lora: {target_modules: '.*mlp.*', exclude_modules: [q_proj], layers_to_transform: [0, 1], rank_pattern: {a: 2}}",
      })
  void whatIsWrittenIsReadAsTheSame(String yaml) {
    TrainingSettings it = read(yaml);

    assertThat(TrainingSettings.read(it.toJson())).isEqualTo(it);
    assertThat(TrainingSettings.read(it.toJson()).toJson()).isEqualTo(it.toJson());
  }

  @Test
  void countsStepsAsTransformersDoes() {
    TrainingSettings it =
        read("training: {batch_size: 2, gradient_accumulation_steps: 4, num_epochs: 1.5}");

    assertThat(it.stepsPerEpoch(1)).isEqualTo(1);
    assertThat(it.stepsPerEpoch(8)).isEqualTo(1);
    assertThat(it.stepsPerEpoch(9)).isEqualTo(2);
    assertThat(it.totalSteps(9)).isEqualTo(3);
    assertThat(it.totalSteps(17)).isEqualTo(5);
    assertThat(read("training: {max_steps: 4}").totalSteps(1000)).isEqualTo(4);
  }

  @Test
  void otherEpochsCountEvenWhereStepsWereGiven() {
    assertThat(read("training: {max_steps: 4}").withEpochs(1).extent())
        .isEqualTo(new TrainingSettings.Extent(1, Optional.empty()));
  }

  @Test
  void quickTestIsSmallAndNeverLarger() {
    TrainingSettings usual = read(COMMON).quickTest();
    assertThat(usual.extent().maxSteps()).contains(10);
    assertThat(usual.rows().maxExamples()).contains(64);
    assertThat(usual.rows().maxValidationExamples()).contains(16);
    assertThat(usual.rows().accumulation()).isEqualTo(2);
    assertThat(usual.rows().maxLength()).isEqualTo(512);
    assertThat(usual.optimizer()).isEqualTo(read(COMMON).optimizer());

    TrainingSettings small =
        read("training: {max_steps: 3, max_length: 64, batch_size: 1, max_train_samples: 5}");
    assertThat(small.quickTest().extent().maxSteps()).contains(3);
    assertThat(small.quickTest().rows().maxExamples()).contains(5);
    assertThat(small.quickTest().rows().maxLength()).isEqualTo(64);
    assertThat(small.quickTest().rows().batchSize()).isEqualTo(1);
  }

  @Test
  void saysWhatDiffers() {
    assertThat(read("{}").differences(read("training: {seed: 7, threads: 2}")))
        .containsExactly("training.seed: 42, not 7", "training.threads: nothing, not 2");
    assertThat(read(COMMON).differences(read(COMMON))).isEmpty();
  }
}
