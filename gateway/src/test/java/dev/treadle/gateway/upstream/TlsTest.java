package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.http.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upstreams behind TLS: nobody is believed to be one without a certificate. */
class TlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path folder;

  private ServerSocket selfSigned() throws IOException, GeneralSecurityException {
    Path store = folder.resolve("keys.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command =
        List.of(
            keytool.toString(),
            "-genkeypair",
            "-alias",
            "k",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD);
    Process process = new ProcessBuilder(command).inheritIO().start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  private static void refuses(Canned server) {
    CallLimits limits = new CallLimits(1, Duration.ofSeconds(9), Duration.ofSeconds(9), 1000);
    Upstream upstream =
        new Upstream("up", Address.of(server.url("https")), limits, System::nanoTime);
    try (Watchdog watchdog = new Watchdog(System::nanoTime)) {
      Watch watch = watchdog.watch(Duration.ofSeconds(20));
      Headers headers = new Headers().add("authorization", "secret");
      assertThatThrownBy(() -> upstream.call("POST", "/v1/x", headers, new byte[1], false, watch))
          .isInstanceOfSatisfying(
              CallFailed.class, it -> assertThat(it.trouble()).isEqualTo(Trouble.CONNECT_FAILED));
    }
    assertThat(upstream.calls()).isZero();
    assertThat(server.requests).isEmpty();
  }

  @Test
  void refusesACertificateThatItSignedItself() throws Exception {
    try (Canned server = new Canned(selfSigned(), (_, it) -> it.hear())) {
      refuses(server);
    }
  }

  @Test
  void refusesAServerThatSpeaksNoTls() throws IOException {
    try (Canned server =
        new Canned((_, it) -> it.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))) {
      refuses(server);
    }
  }
}
