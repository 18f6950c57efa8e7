package dev.treadle.gateway.http;

import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.impl.io.DefaultClassicHttpRequestFactory;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * Makes requests of what stands in their first lines. The library takes every target for a URI
 * first; nearly all are paths, with a query.
 */
final class Targets extends DefaultClassicHttpRequestFactory {
  @Override
  public ClassicHttpRequest newHttpRequest(String method, String target) {
    boolean isPath = target.startsWith("/") && !target.startsWith("//");
    return isPath && target.indexOf('#') < 0
        ? new BasicClassicHttpRequest(method, null, null, target)
        : super.newHttpRequest(method, target);
  }
}
