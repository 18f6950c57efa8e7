package dev.treadle.store;

import dev.treadle.transcript.Blame;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The store's failures: numbers 2000 to 2999. */
public enum StoreError implements ErrorCode {
  DISK_FULL(2001, Blame.RESOURCES),
  WRITE_FAILED(2002, Blame.RESOURCES),
  READ_FAILED(2003, Blame.RESOURCES),
  BUSY(2004, Blame.RESOURCES),
  LAKE_ABSENT(2010, Blame.USER),
  LAKE_EXISTS(2011, Blame.USER),
  FORMAT_NEWER(2012, Blame.USER),
  FORMAT_BROKEN(2013, Blame.USER),
  READ_ONLY(2014, Blame.INTERNAL),
  CLOSED(2015, Blame.INTERNAL),
  LINE_INVALID(2020, Blame.INTERNAL),
  LINE_TOO_LONG(2021, Blame.USER),
  DAMAGED(2022, Blame.RESOURCES),
  NAME_INVALID(2030, Blame.USER),
  BLOB_ABSENT(2031, Blame.USER),
  VERSION_ABSENT(2032, Blame.USER),
  RUN_ABSENT(2033, Blame.USER),
  SQL_REFUSED(2040, Blame.USER),
  SQL_FAILED(2041, Blame.USER),
  SQL_TIMEOUT(2042, Blame.RESOURCES),
  SQL_MEMORY(2043, Blame.RESOURCES);

  private final int number;
  private final Blame blame;

  StoreError(int number, Blame blame) {
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

  TreadleException because(String message) {
    return because(message, null);
  }

  TreadleException because(String message, @Nullable Throwable cause) {
    return new TreadleException(this, message, cause);
  }

  /** What a failed query means: one that needs more memory than it may take is told apart. */
  static TreadleException querying(SQLException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("Out of Memory")) {
      return SQL_MEMORY.because(
          "the query needs more memory than SQL may take here: ask for fewer columns or rows, or allow it more",
          cause);
    }
    return SQL_FAILED.because("the SQL failed: " + message, cause);
  }

  /** What a failed write means to the caller: a full disk is told apart, as it has a remedy. */
  static TreadleException writing(Path where, IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota")) {
      return DISK_FULL.because(
          "the disk that holds "
              + where
              + " is full: the write was not stored; free some space and try again",
          cause);
    }
    return WRITE_FAILED.because(
        "writing "
            + where
            + " failed ("
            + reason
            + "): the write may not be stored; check the disk and try again",
        cause);
  }

  static TreadleException reading(Path where, IOException cause) {
    return READ_FAILED.because(
        "reading "
            + where
            + " failed ("
            + cause.getClass().getSimpleName()
            + ": "
            + cause.getMessage()
            + "); check that it exists and may be read",
        cause);
  }
}
