package dev.treadle.gateway.classify;

import dev.treadle.routing.TextLabels;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.AsyncRequestBuilder;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequester;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequesterBootstrap;
import org.apache.hc.core5.http2.protocol.H2RequestContent;
import org.apache.hc.core5.http2.protocol.H2RequestTargetHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A classifier over gRPC: one unary method of two messages, which is an HTTP/2 request with a small
 * frame around its body. All calls share one connection.
 */
final class GrpcClassifier implements Remote {
  private static final String METHOD = "/semantic_router.Classifier/Classify";
  private static final ContentType GRPC = ContentType.create("application/grpc");

  private final URI address;
  private final H2MultiplexingRequester requester;

  GrpcClassifier(URI address) {
    int port = address.getPort() < 0 ? 80 : address.getPort();
    this.address = URI.create("http://" + address.getHost() + ":" + port + METHOD);
    this.requester =
        H2MultiplexingRequesterBootstrap.bootstrap()
            .setHttpProcessor(
                // The usual one makes the server be asked first (expect: 100-continue): gRPC's do
                // not answer that.
                HttpProcessorBuilder.create()
                    .add(H2RequestContent.INSTANCE)
                    .add(H2RequestTargetHost.INSTANCE)
                    .build())
            .setIOReactorConfig(IOReactorConfig.custom().setIoThreadCount(1).build())
            .create();
    requester.start();
  }

  @Override
  public TextLabels.Label ask(String text, Duration limit)
      throws IOException, InterruptedException {
    AsyncRequestProducer request =
        AsyncRequestBuilder.post(address)
            .addHeader("te", "trailers")
            .addHeader("grpc-timeout", limit.toMillis() + "m")
            .setEntity(new BasicAsyncEntityProducer(ClassifyMessages.request(text), GRPC))
            .build();
    Future<byte[]> coming =
        requester.execute(request, new GrpcReply(), Timeout.of(limit), new Unheard());
    try {
      return ClassifyMessages.reply(coming.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw new IOException("the classifier did not answer within " + limit, e);
    } catch (ExecutionException e) {
      throw new IOException("the classifier cannot be asked", e);
    } finally {
      boolean _ = coming.cancel(true);
    }
  }

  /** Nobody listens: the future is waited for. */
  private static final class Unheard implements FutureCallback<byte[]> {
    @Override
    public void completed(byte @Nullable [] reply) {}

    @Override
    public void failed(@Nullable Exception why) {}

    @Override
    public void cancelled() {}
  }

  @Override
  public void close() {
    requester.close(CloseMode.IMMEDIATE);
  }
}
