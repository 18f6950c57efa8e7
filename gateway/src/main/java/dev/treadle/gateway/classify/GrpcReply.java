package dev.treadle.gateway.classify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Takes in the answer of a unary call: a body that counts only if the trailers say status 0. */
final class GrpcReply implements AsyncResponseConsumer<byte[]> {
  private static final int MOST_BYTES = 64 << 10;
  private static final String STATUS = "grpc-status";

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable FutureCallback<byte[]> waiting;

  @Override
  public void consumeResponse(
      HttpResponse response,
      @Nullable EntityDetails entity,
      HttpContext context,
      FutureCallback<byte[]> callback)
      throws HttpException, IOException {
    waiting = callback;
    if (response.getCode() != 200) {
      throw new IOException("the classifier answered " + response.getCode());
    }
    if (entity == null) { // Trailers alone: an error.
      Header status = response.getFirstHeader(STATUS);
      throw new IOException(
          "the classifier refused: status " + (status == null ? "unknown" : status.getValue()));
    }
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {}

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    channel.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer part) throws IOException {
    if (body.size() + part.remaining() > MOST_BYTES) {
      throw new IOException("the classifier's reply is over " + MOST_BYTES + " bytes");
    }
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    body.writeBytes(bytes);
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers) throws IOException {
    String status =
        trailers == null
            ? "unknown"
            : trailers.stream()
                .filter(it -> it.getName().equalsIgnoreCase(STATUS))
                .map(Header::getValue)
                .findFirst()
                .orElse("unknown");
    if (!status.equals("0")) {
      throw new IOException("the classifier failed: status " + status);
    }
    FutureCallback<byte[]> callback = waiting;
    if (callback != null) {
      callback.completed(body.toByteArray());
    }
  }

  @Override
  public void failed(Exception why) {
    FutureCallback<byte[]> callback = waiting;
    if (callback != null) {
      callback.failed(why);
    }
  }

  @Override
  public void releaseResources() {}
}
