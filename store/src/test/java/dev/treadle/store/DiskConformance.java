package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} does: the tests that a subclass runs against its own. */
public abstract class DiskConformance {
  /** An empty disk. */
  protected abstract Disk disk();

  /** An existing folder on it, the same at each call of a test. */
  protected abstract Path folder();

  private void write(Path file, String text) throws IOException {
    try (Disk.Output output = disk().create(file)) {
      append(output, text);
    }
  }

  private static void append(Disk.Output output, String text) throws IOException {
    DiskStreams.appendFully(output, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private String read(Path file) throws IOException {
    return new String(DiskStreams.readFully(disk(), file, 1 << 20), StandardCharsets.UTF_8);
  }

  @Test
  void appendsAndReadsAtAnyPosition() throws IOException {
    Path file = folder().resolve("a");
    try (Disk.Output output = disk().create(file)) {
      append(output, "hello ");
      output.force();
      append(output, "world");
      assertThat(read(file)).isEqualTo("hello world");
      output.truncate(5);
      append(output, "!");
      output.force();
    }
    try (Disk.Input input = disk().open(file)) {
      assertThat(input.size()).isEqualTo(6);
      ByteBuffer buffer = ByteBuffer.allocate(10);
      assertThat(input.read(buffer, 4)).isEqualTo(2);
      assertThat(input.read(buffer, 6)).isEqualTo(-1);
    }
  }

  @Test
  void anOpenFileIsReadToItsEndAfterItsNameIsGone() throws IOException {
    Path file = folder().resolve("a");
    write(file, "text");
    try (Disk.Input input = disk().open(file)) {
      disk().delete(file);
      assertThat(input.read(ByteBuffer.allocate(9), 0)).isEqualTo(4);
    }
    assertThat(disk().exists(file)).isFalse();
  }

  @Test
  void createsOnlyWhatDoesNotExist() throws IOException {
    Path file = folder().resolve("a");
    write(file, "1");
    assertThatThrownBy(() -> disk().create(file)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk().create(folder().resolve("none/a")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk().open(folder().resolve("b")))
        .isInstanceOf(NoSuchFileException.class);
    disk().createPrivate(folder().resolve("key")).close();
    assertThat(disk().exists(folder().resolve("key"))).isTrue();
  }

  @Test
  void aFileReplacesAFileButAFolderReplacesNothing() throws IOException {
    write(folder().resolve("a"), "new");
    write(folder().resolve("b"), "old");
    disk().rename(folder().resolve("a"), folder().resolve("b"));
    assertThat(read(folder().resolve("b"))).isEqualTo("new");
    for (String name : new String[] {"one", "two"}) {
      disk().createDirectory(folder().resolve(name));
      write(folder().resolve(name).resolve("file"), name);
    }
    assertThatThrownBy(() -> disk().rename(folder().resolve("one"), folder().resolve("two")))
        .isInstanceOf(IOException.class);
    disk().rename(folder().resolve("one"), folder().resolve("three"));
    assertThat(read(folder().resolve("three/file"))).isEqualTo("one");
    assertThat(read(folder().resolve("two/file"))).isEqualTo("two");
  }

  @Test
  void listsByNameAndTellsFilesFromFolders() throws IOException {
    write(folder().resolve("b"), "");
    disk().createDirectory(folder().resolve("a"));
    disk().createDirectory(folder().resolve("a"));
    assertThat(disk().list(folder()))
        .containsExactly(
            new Disk.Entry("a", Disk.Kind.DIRECTORY), new Disk.Entry("b", Disk.Kind.FILE));
    assertThat(disk().list(folder().resolve("none"))).isEmpty();
    assertThat(disk().list(folder().resolve("b"))).isEmpty();
  }

  @Test
  void deletesFilesAndEmptyFoldersOnly() throws IOException {
    disk().createDirectory(folder().resolve("a"));
    write(folder().resolve("a/b"), "");
    assertThatThrownBy(() -> disk().delete(folder().resolve("a"))).isInstanceOf(IOException.class);
    disk().delete(folder().resolve("a/b"));
    disk().delete(folder().resolve("a"));
    disk().delete(folder().resolve("a"));
    disk().forceDirectory(folder());
    assertThat(disk().list(folder())).isEmpty();
  }

  @Test
  void aLockHasOneHolder() throws IOException {
    Path file = folder().resolve("lock");
    Optional<Disk.Lock> lock = disk().tryLock(file);
    assertThat(lock).isPresent();
    assertThat(disk().tryLock(file)).isEmpty();
    lock.get().close();
    assertThat(disk().exists(file)).isTrue();
    Optional<Disk.Lock> again = disk().tryLock(file);
    assertThat(again).isPresent();
    again.get().close();
  }
}
