package dev.treadle.gateway.classify;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.UnaryOperator;

/**
 * A classifier behind grpc-java, which takes and gives messages as bytes: what is not of our own
 * making is the protocol around them.
 */
final class GrpcServer implements AutoCloseable {
  private final Server server;

  /** Answers by a function; an empty array is no answer ever, one byte a failure. */
  GrpcServer(UnaryOperator<byte[]> answers) throws IOException {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("semantic_router.Classifier/Classify")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                ServerServiceDefinition.builder("semantic_router.Classifier")
                    .addMethod(
                        method,
                        ServerCalls.asyncUnaryCall(
                            (request, out) -> answer(answers.apply(request), out)))
                    .build())
            .build()
            .start();
  }

  private static void answer(byte[] reply, StreamObserver<byte[]> out) {
    if (reply.length == 1) {
      out.onError(Status.INTERNAL.withDescription("broken").asRuntimeException());
    } else if (reply.length > 0) {
      out.onNext(reply);
      out.onCompleted();
    }
  }

  URI address() {
    return URI.create("grpc://127.0.0.1:" + server.getPort());
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    Server _ = server.shutdownNow();
  }
}
