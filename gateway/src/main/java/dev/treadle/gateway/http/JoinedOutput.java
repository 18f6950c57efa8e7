package dev.treadle.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Writes in one piece what comes in several until it is flushed: a head and its body, most of all.
 * Each write to a socket is a system call that wakes whoever reads from it. Large pieces are
 * written at once. Unlike a buffered stream of the JDK it holds no memory after a flush, as
 * thousands of connections rest.
 */
public final class JoinedOutput extends OutputStream {
  private static final byte[] NOTHING = {};
  private static final int MOST = 64 << 10;

  private final OutputStream out;
  private byte[] held = NOTHING;
  private int length;

  public JoinedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    if (count > MOST - length) {
      writeHeld();
      if (count > MOST) {
        out.write(bytes, offset, count);
        return;
      }
    }
    if (held.length - length < count) {
      held = Arrays.copyOf(held, Math.max(length + count, Math.min(MOST, 2 * length)));
    }
    System.arraycopy(bytes, offset, held, length, count);
    length += count;
  }

  /** Writes what is held. */
  @Override
  public void flush() throws IOException {
    writeHeld();
    out.flush();
  }

  private void writeHeld() throws IOException {
    byte[] all = held;
    int count = length;
    held = NOTHING; // A connection that rests holds nothing.
    length = 0;
    if (count > 0) {
      out.write(all, 0, count);
    }
  }
}
