package dev.treadle.store.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Excerpts of mixed logs, as one record, against what is to be left of them. */
class GoldenTest {
  @Test
  void redactsMixedLogsAsWritten() {
    String redacted = Redactor.standard().open().redact(VectorFile.text("golden-in.txt"));

    assertThat(redacted).isEqualTo(VectorFile.text("golden-out.txt"));
  }
}
