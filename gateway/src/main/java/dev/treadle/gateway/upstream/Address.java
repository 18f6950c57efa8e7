package dev.treadle.gateway.upstream;

import java.net.URI;

/**
 * Where an upstream is.
 *
 * @param prefix of every path, without a slash at its end
 * @param isVersioned whether the prefix stands for {@code /v1}, so that paths lose theirs
 * @param authority the {@code host} header
 */
public record Address(
    String host, int port, boolean tls, String prefix, boolean isVersioned, String authority) {
  private static final String VERSION = "/v1";

  /**
   * Reads a base address as model clients take it: {@code https://api.openai.com}, with or without
   * {@code /v1}, or whatever stands in its place elsewhere, such as {@code
   * https://host/v1beta/openai}.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Address of(URI base) {
    boolean tls = "https".equalsIgnoreCase(base.getScheme());
    if (!tls && !"http".equalsIgnoreCase(base.getScheme())) {
      throw new IllegalArgumentException("expected http:// or https://, found " + base);
    }
    if (base.getHost() == null || base.getUserInfo() != null || base.getRawQuery() != null) {
      throw new IllegalArgumentException("expected a host, a port and a path, found " + base);
    }
    int port = base.getPort() >= 0 ? base.getPort() : tls ? 443 : 80;
    String path = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
    String authority = port == (tls ? 443 : 80) ? base.getHost() : base.getHost() + ":" + port;
    return new Address(base.getHost(), port, tls, path, !path.isEmpty(), authority);
  }

  /** The request target for a path that begins with {@code /v1}. */
  String target(String path) {
    return isVersioned && path.startsWith(VERSION)
        ? prefix + path.substring(VERSION.length())
        : prefix + path;
  }
}
