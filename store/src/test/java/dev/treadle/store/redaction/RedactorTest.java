package dev.treadle.store.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RedactorTest {
  private static final String TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
  private static final String OTHER = "gh" + "o_" + "z9Y8x7W6v5U4t3S2r1Q0p9O8n7M6l5K4j3I2";

  @Test
  void returnsTheSameInstanceWhenNothingIsFound() {
    String text = new String("Read the file, then run the tests. 先看一下。");

    assertThat(Redactor.standard().open().redact(text)).isSameAs(text);
  }

  @Test
  void numbersValuesByFirstAppearanceThroughoutTheRecord() {
    Redaction record = Redactor.standard().open();

    assertThat(record.redact("use " + TOKEN + ", not " + OTHER))
        .isEqualTo("use <SECRET:github:1>, not <SECRET:github:2>");
    assertThat(record.redact(OTHER + " and zhang@example.com"))
        .isEqualTo("<SECRET:github:2> and <PII:email:1>");
    assertThat(record.counts())
        .containsExactly(java.util.Map.entry("email", 1), java.util.Map.entry("github", 3));
  }

  @Test
  void startsEachRecordAnew() {
    Redactor redactor = Redactor.standard();
    redactor.open().redact(TOKEN);

    assertThat(redactor.open().redact(OTHER)).isEqualTo("<SECRET:github:1>");
  }

  @Test
  void leavesPlaceholdersAndNumbersAfterThem() {
    assertThat(Redactor.standard().open().redact("<SECRET:github:3> " + TOKEN))
        .isEqualTo("<SECRET:github:3> <SECRET:github:4>");
    assertThat(Redactor.standard().open().redact("password: <SECRET:password:1>"))
        .isEqualTo("password: <SECRET:password:1>");
  }

  @Test
  void findsASecretBehindWhatOnlyLooksLikeAPlaceholder() {
    assertThat(Redactor.standard().open().redact("<SECRET:github:" + TOKEN + ">"))
        .doesNotContain(TOKEN);
  }

  @Test
  void passesEverythingThroughWhenOff() {
    String text = "token=" + TOKEN;

    assertThat(Redactor.none().open().redact(text)).isSameAs(text);
    assertThat(Redactor.none().findings(text)).isEmpty();
    assertThat(Redactor.without(EnumSet.allOf(Family.class)).open().redact(text)).isSameAs(text);
  }

  @Test
  void leavesFamiliesThatAreOff() {
    String text = "mail a@example.com from 8.8.4.4";

    assertThat(Redactor.without(Set.of(Family.IP)).open().redact(text))
        .isEqualTo("mail <PII:email:1> from 8.8.4.4");
  }

  @Test
  void prefersTheKnownShapeToTheAssignment() {
    assertThat(Redactor.standard().findings("Authorization: token " + TOKEN))
        .extracting(Finding::family)
        .containsExactly(Family.GITHUB);
  }

  @Test
  void redactsOnlyThePasswordOfAConnectionString() {
    assertThat(Redactor.standard().open().redact("postgres://app:x7Kp2mQ9@db.example.org:5432/app"))
        .isEqualTo("postgres://app:<SECRET:connection_string:1>@db.example.org:5432/app");
  }

  @Test
  void findsValuesAtEveryPositionAroundTheEndOfAChunk() {
    List<String> values =
        List.of(
            TOKEN,
            "zhang.san@example.com",
            "13800138000",
            "4111111111111111",
            "8.8.8.8",
            "2606:4700::1111",
            "京A12345");
    for (String value : values) {
      for (int before = 8192 - value.length() - 2; before <= 8192 + 2; before++) {
        String text = "x".repeat(before - 1) + " " + value + " " + "y".repeat(100);

        assertThat(Redactor.standard().findings(text))
            .as("%s at %d", value, before)
            .extracting(Finding::start)
            .containsExactly(before);
      }
    }
  }

  @Test
  void keepsAddressesThatPointAtNobody() {
    String text =
        "127.0.0.1 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 192.0.2.1 255.255.255.0 ::1 fe80::1:2 2001:db8::5:6";

    assertThat(Redactor.standard().findings(text)).isEmpty();
  }

  @Test
  void numbersAreIndependentOfTheOrderOfFamilies() {
    assertThat(Redactor.standard().open().redact("8.8.8.8 a@example.com 9.9.9.9 8.8.8.8"))
        .isEqualTo("<PII:ip:1> <PII:email:1> <PII:ip:2> <PII:ip:1>");
  }
}
