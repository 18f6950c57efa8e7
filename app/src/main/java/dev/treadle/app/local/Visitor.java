package dev.treadle.app.local;

import dev.treadle.gateway.http.Headers;
import java.util.Locale;
import java.util.Optional;

/**
 * From where a request comes, as a browser tells it. A server that listens for this machine alone
 * is reached by every page that a person of this machine opens: those of other sites are turned
 * away, by the site that they name (Origin) and by the name that they reached us under (Host).
 */
record Visitor(Optional<String> origin, Optional<String> host, boolean isLocalOnly) {
  static Visitor of(Headers headers, String listen) {
    return new Visitor(headers.first("origin"), headers.first("host"), isLoopback(listen));
  }

  boolean isWelcome() {
    return !isLocalOnly
        || (origin.map(it -> isLoopback(name(it))).orElse(true)
            && host.map(it -> isLoopback(name(it))).orElse(true));
  }

  /** The name in {@code http://name:port} or {@code name:port}. */
  private static String name(String address) {
    String rest = address.substring(address.indexOf("://") < 0 ? 0 : address.indexOf("://") + 3);
    if (rest.startsWith("[")) {
      return rest.substring(1, Math.max(1, rest.indexOf(']')));
    }
    int colon = rest.indexOf(':');
    return colon < 0 ? rest : rest.substring(0, colon);
  }

  static boolean isLoopback(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("localhost")
        || lower.equals("::1")
        || lower.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }
}
