package dev.treadle.store.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What holds for every text: random characters, lone surrogates among them, and fragments of
 * secrets thrown together.
 */
class RedactionProperties {
  private static final List<String> FRAGMENTS =
      List.of(
          "sk-",
          "password",
          "=",
          ":",
          "\"",
          "\\",
          "\\u0022",
          "\\n",
          "\n",
          " ",
          "@",
          "://",
          "u:p@",
          "eyJ",
          ".",
          "-----BEGIN ",
          "PRIVATE KEY-----",
          "-----END ",
          "1.2.3.4",
          "::",
          "a:b",
          "138",
          "0013",
          "8000",
          "+86",
          "110101199003074477",
          "京A",
          "12345",
          "，",
          "。",
          "密码",
          "身份证",
          "huawei",
          "aws",
          "deepseek",
          "<SECRET:",
          "github:1>",
          "<PII:email:1>",
          "4111 1111 1111 1111",
          "%40",
          "%22",
          "x@y.com",
          "hunter2!",
          "token",
          "Bearer ",
          "abcDEF123456ghiJKL",
          "\ud800",
          "\udc00",
          "0",
          "f",
          "Z",
          "/",
          ";",
          "@tcp(",
          "AccountKey=",
          "xoxb-",
          "glpat-",
          "LS0tLS1CRUdJTi");

  @Property(tries = 2000)
  void everyTextIsLeftCleanAndPositionsAreValid(@ForAll("texts") String text) {
    int last = 0;
    for (Finding finding : Redactor.standard().findings(text)) {
      assertThat(finding.start()).isGreaterThanOrEqualTo(last);
      assertThat(finding.end()).isLessThanOrEqualTo(text.length());
      last = finding.end();
    }
    String once = Redactor.standard().open().redact(text);

    assertThat(Redactor.standard().open().redact(once)).isSameAs(once);
  }

  @Property(tries = 1000)
  void anyCharactersAreRead(@ForAll String text) {
    String once = Redactor.standard().open().redact(text);

    assertThat(Redactor.standard().open().redact(once)).isEqualTo(once);
  }

  @Property(tries = 500)
  void aFoundValueIsNotInTheOutput(
      @ForAll("seeds") long seed, @ForAll("texts") String before, @ForAll("texts") String after) {
    Draw draw = new Draw(seed);
    Family family =
        draw.pick(
            List.of(
                Family.GITHUB,
                Family.OPENAI,
                Family.GOOGLE,
                Family.STRIPE,
                Family.JWT,
                Family.BAIDU));
    String value = new ValidCredentials(draw).value(family);

    assertThat(Redactor.standard().open().redact(before + " " + value + "，" + after))
        .doesNotContain(value);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(FRAGMENTS)
        .list()
        .ofMinSize(0)
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }
}
