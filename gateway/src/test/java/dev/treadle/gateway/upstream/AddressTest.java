package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Base addresses, as people write them. */
class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com, api.openai.com, 443, true, /v1/models, api.openai.com",
    "https://api.openai.com/, api.openai.com, 443, true, /v1/models, api.openai.com",
    "https://api.openai.com/v1, api.openai.com, 443, true, /v1/models, api.openai.com",
    "https://api.openai.com/v1//, api.openai.com, 443, true, /v1/models, api.openai.com",
    "HTTP://127.0.0.1:11434, 127.0.0.1, 11434, false, /v1/models, 127.0.0.1:11434",
    "http://h:80/v1, h, 80, false, /v1/models, h",
    "http://h:443/v1, h, 443, false, /v1/models, h:443",
    "https://h/v1beta/openai, h, 443, true, /v1beta/openai/models, h",
    "https://h/api/v1/, h, 443, true, /api/v1/models, h",
    "http://[::1]:8080, [::1], 8080, false, /v1/models, [::1]:8080",
  })
  void readsBaseAddresses(
      String written, String host, int port, boolean tls, String target, String authority) {
    Address address = Address.of(URI.create(written));

    assertThat(address.host()).isEqualTo(host);
    assertThat(address.port()).isEqualTo(port);
    assertThat(address.tls()).isEqualTo(tls);
    assertThat(address.target("/v1/models")).isEqualTo(target);
    assertThat(address.authority()).isEqualTo(authority);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://h", "h:8080", "//h", "http:///v1", "http://u:p@h", "http://h?x=1", "x"})
  void refusesWhatIsNoBaseAddress(String written) {
    assertThatThrownBy(() -> Address.of(URI.create(written)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(written);
  }
}
