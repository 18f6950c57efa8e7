package dev.treadle.app.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.http.Headers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may ask a server of this machine. */
final class VisitorTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "127.0.0.1, -, 127.0.0.1:80, true",
        "127.0.0.1, -, -, true",
        "127.0.0.1, -, localhost:1234, true",
        "127.0.0.1, http://localhost:3000, localhost, true",
        "127.0.0.1, http://[::1]:3000, [::1]:80, true",
        "127.0.0.1, https://evil.example, 127.0.0.1:80, false",
        "127.0.0.1, null, 127.0.0.1:80, false",
        "127.0.0.1, -, rebound.example:80, false",
        "127.0.0.1, http://127.0.0.1.evil.example, -, false",
        "0.0.0.0, https://other.example, box:80, true"
      })
  void pagesOfOtherSitesMayNot(String listen, String origin, String host, boolean isWelcome) {
    Headers headers = new Headers();
    if (origin != null) {
      headers.add("origin", origin);
    }
    if (host != null) {
      headers.add("host", host);
    }
    assertThat(Visitor.of(headers, listen).isWelcome()).isEqualTo(isWelcome);
  }
}
