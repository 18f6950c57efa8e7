package dev.treadle.gateway.upstream;

import dev.treadle.gateway.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.jspecify.annotations.Nullable;

/** The answer of an upstream, whose body is still coming. For one thread. */
public final class UpstreamAnswer implements AutoCloseable {
  /** The library asks it for the protocol's version only. */
  private static final HttpCoreContext REUSE = HttpCoreContext.create();

  private static final int FIRST_READ = 16 << 10;

  /** However much an upstream announces. */
  private static final long MOST_AHEAD = 1 << 20;

  private final Upstream upstream;
  private final Link link;
  private final ClassicHttpResponse response;
  private final Headers headers;
  private final Watch watch;
  private final long limit;
  private final @Nullable InputStream body;
  private long read;
  private boolean isAtEnd;
  private boolean judged;
  private boolean closed;

  UpstreamAnswer(
      Upstream upstream,
      Link link,
      ClassicHttpResponse response,
      Headers headers,
      Watch watch,
      CallLimits limits)
      throws IOException {
    this.upstream = upstream;
    this.link = link;
    this.response = response;
    this.headers = headers;
    this.watch = watch;
    this.limit = limits.maxAnswerBytes();
    InputStream content = response.getEntity() == null ? null : response.getEntity().getContent();
    this.body = content;
    this.isAtEnd = content == null;
  }

  public int status() {
    return response.getCode();
  }

  /** The header fields as they came. */
  public Headers headers() {
    return headers;
  }

  /**
   * Reads what has come, or waits for it.
   *
   * @return how many bytes; -1 at the end of the answer
   * @throws CallFailed where the answer did not come to its end
   */
  public int read(byte[] bytes) throws CallFailed {
    return read(bytes, 0, bytes.length);
  }

  private int read(byte[] bytes, int offset, int length) throws CallFailed {
    if (isAtEnd || body == null) {
      return -1;
    }
    watch.waiting();
    try {
      int count = body.read(bytes, offset, length);
      if (count < 0) {
        isAtEnd = true;
      } else {
        read += count;
        if (read > limit) {
          throw new CallFailed(
              Trouble.TOO_LARGE,
              "the answer of upstream " + upstream.name() + " is larger than " + limit + " bytes");
        }
      }
      return count;
    } catch (CallFailed e) {
      throw e;
    } catch (IOException e) {
      throw watch.failure(
          "the answer of upstream " + upstream.name() + " broke off", e, Trouble.UPSTREAM_CUT);
    } finally {
      watch.rested();
    }
  }

  /** The whole body, inflated where it came compressed although that was not asked for. */
  public byte[] readAll() throws CallFailed {
    long known = response.getEntity() == null ? 0 : response.getEntity().getContentLength();
    if (known > limit) {
      throw new CallFailed(
          Trouble.TOO_LARGE,
          "the answer of upstream " + upstream.name() + " has " + known + " bytes");
    }
    byte[] bytes = new byte[known >= 0 ? (int) Math.min(known + 1, MOST_AHEAD) : FIRST_READ];
    int size = 0;
    // With room for a byte too many, so that the end is read too: then the connection can be kept.
    for (int count = read(bytes, 0, bytes.length);
        count >= 0;
        count = read(bytes, size, bytes.length - size)) {
      size += count;
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
    }
    return inflated(Arrays.copyOf(bytes, size));
  }

  private byte[] inflated(byte[] bytes) throws CallFailed {
    String coding = headers.first("content-encoding").orElse("").strip().toLowerCase(Locale.ROOT);
    if (coding.isEmpty() || coding.equals("identity") || bytes.length == 0) {
      return bytes;
    }
    InputStream raw = new java.io.ByteArrayInputStream(bytes);
    try (InputStream in =
        switch (coding) {
          case "gzip", "x-gzip" -> new GZIPInputStream(raw);
          case "deflate" -> new InflaterInputStream(raw);
          default ->
              throw new CallFailed(
                  Trouble.BAD_ANSWER, "an answer in content-encoding " + coding + " came unasked");
        }) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length * 4);
      byte[] buffer = new byte[FIRST_READ];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        if (out.size() > limit) {
          throw new CallFailed(
              Trouble.TOO_LARGE, "an answer inflates to more than " + limit + " bytes");
        }
      }
      return out.toByteArray();
    } catch (CallFailed e) {
      throw e;
    } catch (IOException e) {
      throw new CallFailed(Trouble.BAD_ANSWER, "an answer is not the " + coding + " it says", e);
    }
  }

  /**
   * Reads the end of an answer whose last event has been read, if it is there by now: it usually
   * came with that event, and then the connection can be kept.
   */
  public void finish() {
    if (isAtEnd || body == null) {
      return;
    }
    try {
      isAtEnd = link.isAtEnd(body);
    } catch (IOException e) {
      isAtEnd = false; // Then it is not kept.
    }
  }

  /** The upstream did what was asked, or said itself why not. */
  public void succeeded() {
    judged = true;
    upstream.praise();
  }

  /** The upstream failed. */
  public void failed(Trouble trouble) {
    judged = true;
    upstream.judge(trouble);
  }

  /** Keeps the connection if the answer was read to its end; else closes it, which cancels. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.attach(null);
    upstream.release();
    if (!judged) {
      upstream.undecided();
    }
    if (isAtEnd && watch.trouble() == null && canCarryAnother()) {
      upstream.keep(link);
    } else {
      link.abort();
    }
  }

  /** The library's word, but for the answer of nearly every upstream, where it takes a while. */
  private boolean canCarryAnother() {
    boolean saysNothingElse =
        headers.first("connection").map(it -> it.equalsIgnoreCase("keep-alive")).orElse(true);
    boolean hasLength =
        response.getEntity() != null && response.getEntity().getContentLength() >= 0;
    return (saysNothingElse && hasLength && HttpVersion.HTTP_1_1.equals(response.getVersion()))
        || DefaultConnectionReuseStrategy.INSTANCE.keepAlive(null, response, REUSE);
  }
}
