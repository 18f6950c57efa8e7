package dev.treadle.gateway.upstream;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.Others;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * One model API: connections that are kept, a limit on calls at once, a circuit breaker.
 *
 * <p>A kept connection may have been closed by the other side just when it is used again. A call
 * that fails so, before a byte of an answer, is made once more on a fresh connection and is not
 * counted as an attempt.
 */
public final class Upstream {
  private static final int KEPT = 256;
  private static final Duration KEPT_IDLE = Duration.ofSeconds(30);
  private static final Duration QUEUE = Duration.ofSeconds(10);

  private final String name;
  private final Address address;
  private final CallLimits limits;
  private final LongSupplier nanos;
  private final Semaphore permits;
  private final Breaker breaker = new Breaker();
  private final ReentrantLock keeping = new ReentrantLock();

  /** Guarded by the lock; the one that was used last is the first. */
  private final ArrayDeque<Link> kept = new ArrayDeque<>();

  private volatile boolean closed;

  public Upstream(String name, Address address, CallLimits limits, LongSupplier nanos) {
    this.name = name;
    this.address = address;
    this.limits = limits;
    this.nanos = nanos;
    this.permits = new Semaphore(limits.concurrency());
  }

  public String name() {
    return name;
  }

  /** {@code closed}, {@code open} or {@code half_open}. */
  public String breakerState() {
    return breaker.state().wire();
  }

  /** How many connections are kept for the next calls. */
  int keptConnections() {
    keeping.lock();
    try {
      return kept.size();
    } finally {
      keeping.unlock();
    }
  }

  /** How many calls are under way. */
  public int calls() {
    return limits.concurrency() - permits.availablePermits();
  }

  /**
   * Makes a call and gives its answer as soon as its head is there. The caller closes it, and says
   * by {@link UpstreamAnswer#succeeded} or {@link UpstreamAnswer#failed} what to think of it.
   *
   * @param path that begins with {@code /v1}, with its query
   * @param streams whether first content is to be expected early: a whole answer comes when it is
   *     done, and only the deadline limits that
   */
  public UpstreamAnswer call(
      String method, String path, Headers headers, byte[] body, boolean streams, Watch watch)
      throws CallFailed {
    watch.attempt(streams ? limits.firstContent() : watch.left(), limits.stall());
    if (watch.trouble() != null) {
      throw watch.failure("the call was over before it began", null, Trouble.DEADLINE);
    }
    if (!breaker.passes(nanos.getAsLong())) {
      throw new CallFailed(
          Trouble.BREAKER_OPEN, "upstream " + name + " failed repeatedly and is left alone");
    }
    acquire(watch);
    boolean handedOver = false;
    try {
      BasicClassicHttpRequest request = request(method, path, headers, body);
      UpstreamAnswer answer = exchange(request, streams, watch);
      handedOver = true;
      return answer;
    } catch (CallFailed e) {
      judge(e.trouble());
      throw e;
    } catch (RuntimeException e) {
      undecided(); // Else a breaker that let this call through to try would wait for it for ever.
      throw e;
    } finally {
      if (!handedOver) {
        permits.release();
      }
    }
  }

  private void acquire(Watch watch) throws CallFailed {
    if (permits.tryAcquire()) {
      return;
    }
    long wait = Math.min(QUEUE.toMillis(), watch.left().toMillis());
    try {
      if (permits.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    breaker.undecided(nanos.getAsLong());
    throw watch.failure(
        "upstream " + name + " has " + limits.concurrency() + " calls under way",
        null,
        Trouble.SATURATED);
  }

  private BasicClassicHttpRequest request(
      String method, String path, Headers headers, byte[] body) {
    BasicClassicHttpRequest request =
        new BasicClassicHttpRequest(method, (HttpHost) null, address.target(path));
    request.addHeader("host", address.authority());
    headers.forEach(request::addHeader);
    if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
      request.addHeader("content-length", Integer.toString(body.length));
      request.setEntity(new ByteArrayEntity(body, 0, body.length, null));
    }
    return request;
  }

  private UpstreamAnswer exchange(BasicClassicHttpRequest request, boolean streams, Watch watch)
      throws CallFailed {
    Link link = kept(watch);
    while (true) {
      Link tried = link == null ? open(watch) : link;
      boolean answered = false;
      try {
        watch.waiting();
        ClassicHttpResponse response = headOf(tried.connection(), request);
        watch.rested();
        if (!streams) {
          watch.contentCame();
        }
        UpstreamAnswer answer =
            new UpstreamAnswer(this, tried, response, headers(response), watch, limits);
        answered = true;
        return answer;
      } catch (NoHttpResponseException
          | ConnectionClosedException
          | EOFException
          | SocketException e) {
        if (!tried.isReused() || watch.trouble() != null) {
          throw watch.failure(
              "upstream " + name + " closed the connection", e, Trouble.UPSTREAM_CUT);
        }
        link = null; // Stale: once more, on a fresh one.
      } catch (IOException e) {
        throw watch.failure("upstream " + name + " cannot be read", e, Trouble.UPSTREAM_CUT);
      } catch (HttpException e) {
        throw watch.failure("upstream " + name + " does not speak HTTP", e, Trouble.BAD_ANSWER);
      } finally {
        if (!answered) {
          giveUp(tried, watch);
        }
      }
    }
  }

  private static ClassicHttpResponse headOf(
      DefaultBHttpClientConnection connection, BasicClassicHttpRequest request)
      throws IOException, HttpException {
    connection.sendRequestHeader(request);
    connection.sendRequestEntity(request);
    connection.flush();
    Others.goFirst();
    ClassicHttpResponse response = connection.receiveResponseHeader();
    while (response.getCode() < 200) {
      response = connection.receiveResponseHeader();
    }
    boolean isHead = request.getMethod().equals("HEAD");
    if (!isHead && response.getCode() != 204 && response.getCode() != 304) {
      connection.receiveResponseEntity(response);
    }
    return response;
  }

  private static Headers headers(ClassicHttpResponse response) {
    Headers headers = new Headers();
    for (Header header : response.getHeaders()) {
      headers.add(header.getName(), header.getValue() == null ? "" : header.getValue());
    }
    return headers;
  }

  private @Nullable Link kept(Watch watch) {
    for (Link link = takeKept(); link != null; link = takeKept()) {
      if (nanos.getAsLong() - link.idleSince() < KEPT_IDLE.toNanos()) {
        watch.attach(link);
        return link;
      }
      link.abort();
    }
    return null;
  }

  private Link open(Watch watch) throws CallFailed {
    try {
      return Link.open(address, watch);
    } catch (IOException e) {
      watch.attach(null);
      throw watch.failure(
          "upstream " + name + " at " + address.authority() + " cannot be reached",
          e,
          Trouble.CONNECT_FAILED);
    }
  }

  private static void giveUp(Link link, Watch watch) {
    watch.rested();
    watch.attach(null);
    link.abort();
  }

  /** A connection whose answer was read to its end. */
  void keep(Link link) {
    link.rest(nanos.getAsLong());
    keeping.lock();
    try {
      if (!closed && kept.size() < KEPT) {
        kept.addFirst(link);
        return;
      }
    } finally {
      keeping.unlock();
    }
    link.abort();
  }

  private @Nullable Link takeKept() {
    keeping.lock();
    try {
      return kept.pollFirst();
    } finally {
      keeping.unlock();
    }
  }

  /** A call is over, whatever came of it. */
  void release() {
    permits.release();
  }

  void judge(Trouble trouble) {
    if (trouble.isUpstreams()) {
      breaker.failed(nanos.getAsLong());
    } else {
      undecided();
    }
  }

  /** A call says nothing about the upstream. */
  void undecided() {
    breaker.undecided(nanos.getAsLong());
  }

  void praise() {
    breaker.succeeded();
  }

  /** Closes connections that nobody used for a while; called every now and then. */
  public void sweep() {
    long now = nanos.getAsLong();
    for (Link link = takeOlderThan(now); link != null; link = takeOlderThan(now)) {
      link.abort();
    }
  }

  private @Nullable Link takeOlderThan(long now) {
    keeping.lock();
    try {
      Link last = kept.peekLast();
      return last != null && now - last.idleSince() >= KEPT_IDLE.toNanos() ? kept.pollLast() : null;
    } finally {
      keeping.unlock();
    }
  }

  /** Closes what is kept; calls under way come to their end. */
  public void close() {
    closed = true;
    for (Link link = takeKept(); link != null; link = takeKept()) {
      link.abort();
    }
  }
}
