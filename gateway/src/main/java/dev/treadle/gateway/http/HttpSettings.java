package dev.treadle.gateway.http;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Where the server listens, and its limits.
 *
 * @param maxRequestBytes of a body
 * @param idle how long a connection may be silent between requests
 * @param receive how long a request may take to arrive
 * @param write how long a client may take nothing of what is sent to it
 * @param maxConnections at once; more are closed when they come
 * @param heapBytes of the process, of which large bodies share a part
 */
public record HttpSettings(
    InetSocketAddress listen,
    int maxRequestBytes,
    Duration idle,
    Duration receive,
    Duration write,
    int maxConnections,
    long heapBytes) {
  /** The limits of a gateway for one machine's clients. */
  public static HttpSettings at(InetSocketAddress listen, int maxRequestBytes) {
    return new HttpSettings(
        listen,
        maxRequestBytes,
        Duration.ofSeconds(75),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        10_000,
        Runtime.getRuntime().maxMemory());
  }
}
