package dev.treadle.training;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Training's failures: numbers 8000 to 8999. */
public enum TrainingError implements ErrorCode {
  DISK_FULL(8001, Blame.RESOURCES),
  WRITE_FAILED(8002, Blame.RESOURCES),
  READ_FAILED(8003, Blame.RESOURCES),
  FILE_ABSENT(8004, Blame.USER),
  OUTPUT_EXISTS(8005, Blame.USER),
  SHARD_DAMAGED(8010, Blame.USER),
  INDEX_INVALID(8011, Blame.USER),
  DTYPE_UNSUPPORTED(8012, Blame.USER),
  TENSORS_WRONG(8013, Blame.USER),
  GGUF_INVALID(8014, Blame.USER),
  CONFIG_INVALID(8020, Blame.USER),
  MODEL_UNSUPPORTED(8021, Blame.USER),
  ADAPTER_INVALID(8030, Blame.USER),
  ADAPTER_UNSUPPORTED(8031, Blame.USER),
  ADAPTER_UNMATCHED(8032, Blame.USER),
  NOT_FINITE(8033, Blame.USER),
  MERGE_UNPROVEN(8034, Blame.INTERNAL),
  MERGE_VOID(8035, Blame.USER),
  EXPORT_UNPROVEN(8036, Blame.INTERNAL),
  TEMPLATE_INVALID(8040, Blame.USER),
  TEMPLATE_UNSUPPORTED(8041, Blame.USER),
  TEMPLATE_TOO_MUCH(8042, Blame.USER),
  TEMPLATE_RAISED(8043, Blame.USER),
  TOKENIZER_INVALID(8044, Blame.USER),
  TOKENIZER_UNFIT(8045, Blame.USER),
  ENGINE_ABSENT(8050, Blame.RESOURCES),
  GENERATION_FAILED(8051, Blame.INTERNAL),
  PROMPT_TOO_LONG(8052, Blame.USER),
  PROMPT_EMPTY(8053, Blame.USER),
  CONTEXT_INVALID(8054, Blame.USER),
  PYTHON_UNFIT(8055, Blame.RESOURCES),
  PROCESSES_FAILED(8056, Blame.RESOURCES),
  SETTINGS_INVALID(8060, Blame.USER),
  LOG_DAMAGED(8061, Blame.USER),
  MEMORY_SHORT(8062, Blame.RESOURCES),
  CHECKPOINT_INVALID(8063, Blame.USER),
  RUN_DIFFERS(8064, Blame.USER),
  LOSS_NOT_FINITE(8065, Blame.USER),
  DATASET_EMPTY(8070, Blame.USER),
  DATASET_TOO_LARGE(8071, Blame.RESOURCES),
  EXAMPLE_TOO_LONG(8072, Blame.USER);

  private final int number;
  private final Blame blame;

  TrainingError(int number, Blame blame) {
    this.number = number;
    this.blame = blame;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Blame blame() {
    return blame;
  }

  public TreadleException because(String message) {
    return because(message, null);
  }

  public TreadleException because(String message, @Nullable Throwable cause) {
    return new TreadleException(this, message, cause);
  }

  /** What a failed write means to the caller: a full disk is told apart, as it has a remedy. */
  public static TreadleException writing(Path where, IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota")) {
      return DISK_FULL.because(
          "the disk that holds " + where + " is full: free some space and try again", cause);
    }
    return WRITE_FAILED.because("writing " + where + " failed (" + reason + ")", cause);
  }

  public static TreadleException reading(Path where, IOException cause) {
    if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return FILE_ABSENT.because("there is no " + where, cause);
    }
    return READ_FAILED.because(
        "reading "
            + where
            + " failed ("
            + cause.getClass().getSimpleName()
            + ": "
            + cause.getMessage()
            + ")",
        cause);
  }
}
