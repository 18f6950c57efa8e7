package dev.treadle.gateway.telemetry;

import java.net.URI;
import java.util.Map;

/**
 * Where spans go.
 *
 * @param address that spans are posted to
 * @param headers of every such request; they may hold secrets
 * @param share of the calls that are traced where the client does not decide, from 0 to 1
 * @param serviceName by which they are found
 */
public record Destination(
    URI address, Map<String, String> headers, double share, String serviceName) {
  public Destination {
    headers = Map.copyOf(headers);
  }

  @Override
  public String toString() {
    return address.toString(); // The headers are nobody's business.
  }
}
