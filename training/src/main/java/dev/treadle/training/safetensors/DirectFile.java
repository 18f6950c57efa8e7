package dev.treadle.training.safetensors;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that is read or written past the system's page cache (O_DIRECT). Gigabytes that are
 * touched once need no pages there, which cost more processor time than merging them does. Any
 * number of threads may read and write.
 */
final class DirectFile implements AutoCloseable {
  /** What places in the file, lengths and memory are a multiple of. */
  static final int UNIT = 4096;

  /** So many places of a file are looked at to see whether it is in memory already. */
  private static final int PROBES = 16;

  private final FileChannel channel;

  private DirectFile(FileChannel channel) {
    this.channel = channel;
  }

  /** To read; nothing if the file system cannot, or if most of the file is in memory anyway. */
  static Optional<DirectFile> toRead(Path file, FileChannel open) throws IOException {
    return isInMemory(open) ? Optional.empty() : open(file, StandardOpenOption.READ);
  }

  /** To write what is there already; nothing if the file system cannot. */
  static Optional<DirectFile> toWrite(Path file) throws IOException {
    return open(file, StandardOpenOption.WRITE);
  }

  private static Optional<DirectFile> open(Path file, OpenOption mode) throws IOException {
    if (UNIT % Files.getFileStore(file).getBlockSize() != 0 || UNIT % pageSize() != 0) {
      return Optional.empty();
    }
    Optional<OpenOption> direct = option();
    if (direct.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new DirectFile(FileChannel.open(file, mode, direct.get())));
    } catch (IOException | UnsupportedOperationException e) {
      // Such as a file system in memory: then it is done the usual way.
      return Optional.empty();
    }
  }

  /** By its name: it is the JDK's own, not Java's, and the compiler warns of each use. */
  private static Optional<OpenOption> option() {
    try {
      for (Object it : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
        if (it instanceof OpenOption option && it.toString().equals("DIRECT")) {
          return Optional.of(option);
        }
      }
    } catch (ClassNotFoundException e) {
      // Another JDK: then it is done the usual way.
    }
    return Optional.empty();
  }

  /** Where pages are larger than a unit, one could hold bytes that go both ways. */
  @SuppressWarnings("restricted")
  private static int pageSize() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> found = linker.defaultLookup().find("getpagesize");
    if (found.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    try {
      return (int)
          linker
              .downcallHandle(found.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT))
              .invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isInMemory(FileChannel open) throws IOException {
    long size = open.size();
    int found = 0;
    for (int i = 0; i < PROBES; i++) {
      long at = size / PROBES * i;
      MappedByteBuffer place =
          open.map(FileChannel.MapMode.READ_ONLY, at, Math.min(UNIT, size - at));
      found += place.isLoaded() ? 1 : 0;
    }
    return found > PROBES / 2;
  }

  /** Memory that can be read into and written from, so many bytes wherever they begin. */
  static ByteBuffer room(int bytes) {
    return ByteBuffer.allocateDirect(Math.ceilDiv(bytes, UNIT) * UNIT + 3 * UNIT)
        .alignedSlice(UNIT);
  }

  /** The bytes from {@code position} on, somewhere in {@code room}. */
  ByteBuffer read(long position, int bytes, ByteBuffer room) throws IOException {
    long begin = position / UNIT * UNIT;
    int before = (int) (position - begin);
    int end = Math.ceilDiv(before + bytes, UNIT) * UNIT;
    room.clear().limit(end);
    while (room.position() < before + bytes) {
      int read = channel.read(room, begin + room.position());
      // The file's end is the only place where less than whole units come.
      if (read <= 0 || (room.position() % UNIT != 0 && room.position() < before + bytes)) {
        throw new EOFException("it became shorter while it was read");
      }
    }
    return room.slice(before, bytes);
  }

  /** Whether bytes can be written this way. */
  static boolean suits(long position, ByteBuffer bytes) {
    return position % UNIT == 0
        && bytes.remaining() % UNIT == 0
        && bytes.hasRemaining()
        && bytes.isDirect()
        && bytes.alignmentOffset(bytes.position(), UNIT) == 0;
  }

  /** Writes bytes that suit. */
  void write(long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
