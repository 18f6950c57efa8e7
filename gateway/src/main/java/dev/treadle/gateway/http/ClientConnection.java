package dev.treadle.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.RequestHeaderFieldsTooLargeException;
import org.apache.hc.core5.http.UnsupportedHttpVersionException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParserFactory;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/** One client's connection: reads requests and has them answered, one after the other. */
final class ClientConnection implements Runnable {
  static final Http1Config CONFIG =
      Http1Config.custom()
          .setBufferSize(4096) // Three of them a connection; bodies pass by.
          .setChunkSizeHint(2048)
          .setMaxLineLength(16_384)
          .setMaxHeaderCount(200)
          .setMaxEmptyLineCount(10)
          .build();

  private static final int FIRST_READ = 8192;
  private static final Duration LINGER = Duration.ofSeconds(5);

  /** What a connection is at; each has its own time limit. */
  private enum Phase {
    IDLE,
    RECEIVING,
    ANSWERING,
    /** It was told why it is refused, and is read from only so that it sees that. */
    REFUSED
  }

  private final ClientSocket socket;
  private final HttpSettings settings;
  private final HttpHandler handler;
  private final Closing closing;
  private final LongSupplier nanos;
  private final HttpDate date;
  private final BodyShares bodies;
  private int share;
  private volatile Phase phase = Phase.IDLE;
  private volatile long phaseSince;
  private volatile @Nullable Consumer<HttpAnswer.Departure> onGone;

  /** Whether the server ends, and who is told that a connection is over. */
  interface Closing {
    boolean isDraining();

    void ended(ClientConnection connection);
  }

  ClientConnection(
      ClientSocket socket,
      HttpSettings settings,
      HttpHandler handler,
      Closing closing,
      LongSupplier nanos,
      HttpDate date,
      BodyShares bodies) {
    this.socket = socket;
    this.settings = settings;
    this.handler = handler;
    this.closing = closing;
    this.nanos = nanos;
    this.date = date;
    this.bodies = bodies;
    this.phaseSince = nanos.getAsLong();
  }

  @Override
  public void run() {
    try (socket) {
      DefaultBHttpServerConnection connection =
          new DefaultBHttpServerConnection(
              "http", CONFIG, null, null, null, null, parsers(), HeadWriter.RESPONSES);
      connection.bind(socket);
      boolean open = true;
      while (open && !closing.isDraining()) {
        open = serve(connection);
      }
    } catch (IOException | HttpException e) {
      // The client left, or spoke something else than HTTP; it was told where it could be.
    } catch (RuntimeException e) {
      handler.failed("a connection", e); // The boundary of this thread.
    } finally {
      closing.ended(this);
    }
  }

  /** Told of the limits, which the library would not ask the connection for. */
  private static DefaultHttpRequestParserFactory parsers() {
    return new DefaultHttpRequestParserFactory(CONFIG, new LineMemory(), new Targets());
  }

  /** One request and its answer; false when there will be no next one. */
  private boolean serve(DefaultBHttpServerConnection connection) throws IOException, HttpException {
    enter(Phase.IDLE);
    ClassicHttpRequest head;
    try {
      Others.goFirst();
      head = connection.receiveRequestHeader();
    } catch (ConnectionClosedException e) {
      return false;
    } catch (MessageConstraintException | RequestHeaderFieldsTooLargeException e) {
      return refuse(connection, null, 431, "the request's header fields are too large");
    } catch (UnsupportedHttpVersionException e) {
      return refuse(connection, null, 505, "this server speaks HTTP/1.1");
    } catch (HttpException e) {
      return refuse(connection, null, 400, "not an HTTP request: " + e.getMessage());
    }
    if (head == null) {
      return false;
    }
    try {
      return serve(connection, head);
    } finally {
      bodies.giveBack(share);
      share = 0;
    }
  }

  private boolean serve(DefaultBHttpServerConnection connection, ClassicHttpRequest head)
      throws IOException, HttpException {
    enter(Phase.RECEIVING);
    byte[] body;
    try {
      body = receive(connection, head);
    } catch (NoRoom e) {
      return refuse(connection, head, 503, "too many large requests at once: ask again later");
    } catch (HttpException | MalformedChunkCodingException e) {
      return refuse(connection, head, 400, "the request's body cannot be read: " + e.getMessage());
    }
    if (body == null) {
      return refuse(
          connection,
          head,
          413,
          "the request's body is larger than " + settings.maxRequestBytes() + " bytes");
    }
    ClientAnswer answer =
        new ClientAnswer(
            connection, head, date, closing::isDraining, it -> onGone = it, this::close);
    enter(Phase.ANSWERING);
    Others.began();
    try {
      handler.handle(request(head, body), answer);
    } catch (RuntimeException e) {
      handler.failed(head.getMethod() + " " + head.getPath(), e);
      if (answer.isCommitted()) {
        return false;
      }
      return refuse(connection, head, 500, "the gateway failed; its log says how");
    } finally {
      onGone = null;
      Others.ended();
    }
    return answer.keepsAlive();
  }

  private void enter(Phase next) {
    phaseSince = nanos.getAsLong();
    phase = next;
  }

  /** The body; null if it is too large. */
  private byte @Nullable [] receive(
      DefaultBHttpServerConnection connection, ClassicHttpRequest head)
      throws IOException, HttpException {
    Header length = head.getFirstHeader("content-length");
    if (length == null && !head.containsHeader("transfer-encoding")) {
      return new byte[0];
    }
    if (length != null && head.containsHeader("transfer-encoding")) {
      throw new ProtocolException("its length is told in two ways");
    }
    int limit = settings.maxRequestBytes();
    if (length != null && announced(length.getValue()) > limit) {
      return null;
    }
    if (length != null) {
      // Half of the time, so that who waited in vain can be told, and who did not can still send.
      Duration patience = settings.receive().dividedBy(2);
      takeShare(bodies.take(announced(length.getValue()), patience));
    }
    Header expect = head.getFirstHeader("expect");
    if (expect != null && expect.getValue().equalsIgnoreCase("100-continue")) {
      connection.sendResponseHeader(new BasicClassicHttpResponse(100));
      connection.flush();
    }
    connection.receiveRequestEntity(head);
    HttpEntity entity = head.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    InputStream in = entity.getContent();
    int known = (int) Math.min(limit, entity.getContentLength());
    byte[] bytes = new byte[known >= 0 ? known : FIRST_READ];
    int size = 0;
    while (true) {
      if (size == bytes.length) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        if (size == limit) {
          return null;
        }
        int more = (int) Math.min(limit, Math.max(16L, size * 2L));
        takeShare(bodies.grow(share, more));
        bytes = Arrays.copyOf(bytes, more);
        bytes[size++] = (byte) next;
        continue;
      }
      int count = in.read(bytes, size, bytes.length - size);
      if (count < 0) {
        break;
      }
      size += count;
    }
    in.close();
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private static long announced(String length) {
    try {
      return Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return 0; // The library refuses it with a better reason.
    }
  }

  private void takeShare(int taken) throws NoRoom {
    if (taken < 0) {
      throw new NoRoom();
    }
    share = taken;
  }

  /** There are as many large bodies in memory as may be. */
  private static final class NoRoom extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static HttpRequest request(ClassicHttpRequest head, byte[] body) {
    Headers headers = new Headers();
    for (Header header : head.getHeaders()) {
      headers.add(header.getName(), header.getValue() == null ? "" : header.getValue());
    }
    String path = head.getPath() == null ? "/" : head.getPath();
    int mark = path.indexOf('?');
    if (head.getAuthority() != null && headers.first("host").isEmpty()) {
      headers.add("host", head.getAuthority().toString());
    }
    return new HttpRequest(
        head.getMethod(),
        mark < 0 ? path : path.substring(0, mark),
        mark < 0 ? Optional.empty() : Optional.of(path.substring(mark + 1)),
        headers,
        body);
  }

  /** Says what was wrong, and closes: nothing of what follows can be trusted. */
  private boolean refuse(
      DefaultBHttpServerConnection connection,
      @Nullable ClassicHttpRequest head,
      int status,
      String message)
      throws IOException, HttpException {
    ClassicHttpResponse response = new BasicClassicHttpResponse(status);
    String path = head == null || head.getPath() == null ? "" : head.getPath();
    byte[] body = handler.error(status, path, message);
    response.addHeader("content-type", "application/json");
    response.addHeader("content-length", Integer.toString(body.length));
    response.addHeader("connection", "close");
    response.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
    connection.sendResponseHeader(response);
    connection.sendResponseEntity(response);
    connection.flush();
    lingering();
    return false;
  }

  /** Reads what the client still sends, for a while: closing at once would cost it our answer. */
  private void lingering() throws IOException {
    enter(Phase.REFUSED);
    socket.shutdownOutput();
    byte[] rest = new byte[FIRST_READ];
    InputStream in = socket.getInputStream();
    int count;
    do {
      count = in.read(rest, 0, rest.length);
    } while (count >= 0);
  }

  /** Looks at the clock: called every now and then by the server, from another thread. */
  void check() {
    Phase now = phase; // Before its time: else a new phase could be given the age of the last one.
    long since = nanos.getAsLong() - phaseSince;
    switch (now) {
      case IDLE -> closeAfter(since, settings.idle());
      case RECEIVING -> closeAfter(since, settings.receive());
      case REFUSED -> closeAfter(since, LINGER);
      case ANSWERING -> {
        Consumer<HttpAnswer.Departure> action = onGone;
        boolean stuck = socket.writingNanos() > settings.write().toNanos();
        if (stuck || (action != null && since > PROBE_AFTER && socket.isGone())) {
          onGone = null;
          if (action != null) {
            action.accept(stuck ? HttpAnswer.Departure.STUCK : HttpAnswer.Departure.GONE);
          }
          close();
        }
      }
    }
  }

  /** Most answers are over before it is worth asking whether somebody waits for them. */
  private static final long PROBE_AFTER = Duration.ofMillis(200).toNanos();

  private void closeAfter(long since, Duration limit) {
    if (since > limit.toNanos()) {
      close();
    }
  }

  /** Closes if no request is being received or answered. */
  void closeIfIdle() {
    if (phase == Phase.IDLE) {
      close();
    }
  }

  /** Closes at once, whatever it is at. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is as good as closed.
    }
  }

  @Override
  public String toString() {
    return "connection of " + socket.getRemoteSocketAddress();
  }
}
