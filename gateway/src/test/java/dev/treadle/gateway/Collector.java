package dev.treadle.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A collector of spans on a port of its own: OpenTelemetry's protocol over HTTP, real requests. */
final class Collector implements AutoCloseable {
  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<String> services = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
  private volatile int status = 200;

  Collector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.createContext("/", this::take);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Settings that send everything here. */
  TelemetrySettings settings() {
    return new TelemetrySettings(url(), Map.of(), 1, "treadle");
  }

  /** Answers with that from now on, and takes nothing where it is an error. */
  void answer(int other) {
    status = other;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      paths.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
      Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> fields.put(name, values.getFirst()));
      headers.add(fields);
      if (status < 300) {
        for (ResourceSpans from :
            ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
          services.add(attributes(from.getResource().getAttributesList()).get("service.name"));
          from.getScopeSpansList().forEach(it -> spans.addAll(it.getSpansList()));
        }
      }
      exchange.getResponseHeaders().add("content-type", "application/x-protobuf");
      exchange.sendResponseHeaders(status, -1);
    }
  }

  /** What it took. */
  List<Span> spans() {
    return spans;
  }

  Span only() {
    if (spans.size() != 1) {
      throw new AssertionError("one span was expected, but there are " + spans);
    }
    return spans.getFirst();
  }

  /** The services whose spans came. */
  List<String> services() {
    return services;
  }

  /** Method and path of each request. */
  List<String> paths() {
    return paths;
  }

  /** The header fields of each request. */
  List<Map<String, String>> headers() {
    return headers;
  }

  static Map<String, String> attributes(Span span) {
    return attributes(span.getAttributesList());
  }

  /** By name, in order; lists in brackets. */
  static Map<String, String> attributes(List<KeyValue> list) {
    Map<String, String> all = new TreeMap<>();
    list.forEach(it -> all.put(it.getKey(), text(it.getValue())));
    return all;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(Collector::text)
              .collect(Collectors.joining(", ", "[", "]"));
      default -> throw new AssertionError("no attribute of ours: " + value);
    };
  }

  static String hex(com.google.protobuf.ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
