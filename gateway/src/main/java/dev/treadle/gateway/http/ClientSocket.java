package dev.treadle.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's socket that can be asked whether the client is still there while its request is being
 * answered, and how long a write has been waiting for it.
 *
 * <p>Java cannot look at a socket without reading from it. So the question is a read of one byte
 * with a time limit of a millisecond; a byte that comes (a client that sends the next request
 * early) is kept for the next reader. Reader and asker exclude each other by a lock.
 */
final class ClientSocket extends Socket {
  private static final int PROBE_MILLIS = 1;
  private static final int NOTHING = -2;

  private final LongSupplier nanos;
  private final ReentrantLock reading = new ReentrantLock();
  private int early = NOTHING;
  private volatile long writingSince;
  private @Nullable Input input;
  private @Nullable OutputStream output;

  ClientSocket(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether the client closed its end. To be asked only while nobody waits for its next bytes. */
  boolean isGone() {
    if (!reading.tryLock()) {
      return false;
    }
    try {
      if (early != NOTHING) {
        return early < 0;
      }
      setSoTimeout(PROBE_MILLIS);
      try {
        early = super.getInputStream().read();
        return early < 0;
      } finally {
        setSoTimeout(0);
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      reading.unlock();
    }
  }

  /** For how long the write that is under way has been waiting; 0 if there is none. */
  long writingNanos() {
    long since = writingSince;
    return since == 0 ? 0 : nanos.getAsLong() - since;
  }

  @Override
  public synchronized InputStream getInputStream() throws IOException {
    if (input == null) {
      input = new Input(super.getInputStream());
    }
    return input;
  }

  @Override
  public synchronized OutputStream getOutputStream() throws IOException {
    if (output == null) {
      output = new JoinedOutput(new Output(super.getOutputStream()));
    }
    return output;
  }

  private final class Input extends InputStream {
    private final InputStream in;

    Input(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      int count = read(one, 0, 1);
      return count < 0 ? count : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      reading.lock();
      try {
        if (early == NOTHING) {
          return in.read(bytes, offset, length);
        }
        if (early < 0) {
          return -1;
        }
        bytes[offset] = (byte) early;
        early = NOTHING;
        return 1;
      } finally {
        reading.unlock();
      }
    }
  }

  private final class Output extends OutputStream {
    private final OutputStream out;

    Output(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writingSince = Math.max(1, nanos.getAsLong());
      try {
        out.write(bytes, offset, length);
      } finally {
        writingSince = 0;
      }
    }
  }
}
