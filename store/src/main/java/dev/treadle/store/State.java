package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Small documents of the lake, {@code state/<name>.json}: cursors, sessions, keys. A document is
 * read whole and replaced whole; a reader sees the one before or the one after, never a mixture.
 */
public final class State {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
  private static final int LIMIT = 64 << 20;
  private static final int KEY_BYTES = 32;

  private final LakeSettings settings;
  private final Layout layout;
  private final @Nullable TemporaryFiles temporary;

  State(LakeSettings settings, Layout layout, @Nullable TemporaryFiles temporary) {
    this.settings = settings;
    this.layout = layout;
    this.temporary = temporary;
  }

  public Optional<byte[]> read(String name) {
    return readFile(file(name));
  }

  /** Replaces a document; it is safe from a power cut when this returns. The last writer wins. */
  public void write(String name, byte[] document) {
    Path file = file(name);
    if (document.length > LIMIT) {
      throw StoreError.LINE_TOO_LONG.because(
          "state " + name + " of " + document.length + " bytes is over the limit of " + LIMIT);
    }
    try {
      TemporaryFiles.require(temporary, layout).replace(file, document);
    } catch (IOException e) {
      throw StoreError.writing(file, e);
    }
  }

  /** Replaces a document by what is made of it, one process after the other. */
  public byte[] update(String name, Function<Optional<byte[]>, byte[]> change) {
    file(name);
    try (Disk.Lock _ = lock(name)) {
      byte[] after = change.apply(read(name));
      write(name, after);
      return after;
    } catch (IOException e) {
      throw StoreError.writing(file(name), e);
    }
  }

  /**
   * The lake's own 32 secret bytes, for keyed digests and pseudonyms: made once, whoever asks
   * first, and readable by the owner only.
   */
  public byte[] key() {
    Path file = layout.state().resolve("key");
    Optional<byte[]> key = readFile(file);
    return key.isPresent() ? checked(file, key.get()) : makeKey(file);
  }

  private byte[] makeKey(Path file) {
    TemporaryFiles open = TemporaryFiles.require(temporary, layout);
    try (Disk.Lock _ = lock("key")) {
      Optional<byte[]> other = readFile(file);
      if (other.isPresent()) {
        return checked(file, other.get());
      }
      byte[] key = new byte[KEY_BYTES];
      settings.random().nextBytes(key);
      Path written = open.next("key");
      open.write(written, key, true);
      open.moveInto(written, file);
      return key;
    } catch (IOException e) {
      throw StoreError.writing(file, e);
    }
  }

  private static byte[] checked(Path file, byte[] key) {
    if (key.length != KEY_BYTES) {
      throw StoreError.DAMAGED.because(
          file + " should hold " + KEY_BYTES + " bytes: restore it, or digests will not match");
    }
    return key;
  }

  /**
   * Takes a role that one process at a time may have in this lake, such as {@code serve}; held
   * until it is closed or the process ends.
   *
   * @return empty where another process has it
   */
  public Optional<Disk.Lock> claim(String role) {
    Path file = layout.state().resolve(file(role).getFileName() + ".lock");
    try {
      return settings.disk().tryLock(file);
    } catch (IOException e) {
      throw StoreError.writing(file, e);
    }
  }

  Disk.Lock lock(String name) throws IOException {
    return Locks.take(
        settings.disk(), layout.state().resolve(name + ".lock"), settings.limits().lockWait());
  }

  private Optional<byte[]> readFile(Path file) {
    try {
      return settings.disk().exists(file)
          ? Optional.of(DiskStreams.readFully(settings.disk(), file, LIMIT))
          : Optional.empty();
    } catch (IOException e) {
      throw StoreError.reading(file, e);
    }
  }

  private Path file(String name) {
    if (!NAME.matcher(name).matches()) {
      throw StoreError.NAME_INVALID.because(
          "a state is named by lower case letters, digits, dots, dashes, not by: " + name);
    }
    return layout.state().resolve(name + ".json");
  }
}
