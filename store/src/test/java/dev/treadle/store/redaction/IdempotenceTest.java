package dev.treadle.store.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What was redacted once stays as it is, whatever it was. */
class IdempotenceTest {
  @Test
  void vectorsStayAsRedacted() {
    for (Family family : Family.values()) {
      for (Vector vector : new Vectors(11).of(family, 60)) {
        staysAsRedacted(vector.text());
      }
    }
  }

  @Test
  void hostileRecordsStayAsRedacted() {
    Corpus corpus = new Corpus(3);
    for (int i = 0; i < corpus.units(); i++) {
      staysAsRedacted(corpus.repeated(i, 3000));
      staysAsRedacted(corpus.mixed(3000));
    }
  }

  private static void staysAsRedacted(String text) {
    String once = Redactor.standard().open().redact(text);

    assertThat(Redactor.standard().open().redact(once)).isEqualTo(once);
  }
}
