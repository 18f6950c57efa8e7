package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealQueueTest {
  private static final int SEGMENTS = 20;
  private static final byte[] LINE = Line.encode(Lakes.line("a", "1", "x"), 1 << 20);

  @TempDir Path folder;

  @Test
  void letsSegmentsGoThatItCannotKeepUpWithAndSealsThemLater() throws IOException {
    Disk disk = new SystemDisk();
    Layout layout = new Layout(folder);
    Path stream = layout.stream(Stream.EXCHANGES);
    disk.createDirectory(layout.log());
    disk.createDirectory(layout.temporary());
    disk.createDirectory(stream);
    disk.createDirectory(stream.resolve("2026-11-20"));
    CountDownLatch mayGo = new CountDownLatch(1);
    try (TemporaryFiles temporary = TemporaryFiles.open(disk, layout.temporary(), "w")) {
      Sealer sealer = new Sealer(disk, temporary, 1 << 20);
      ExecutorService thread = Executors.newSingleThreadExecutor();
      thread.execute(() -> awaitUninterruptibly(mayGo));
      try (SealQueue queue =
          new SealQueue(sealer, new Recovery(disk, layout, sealer)::run, thread)) {
        for (int i = 0; i < SEGMENTS; i++) {
          queue.add(segment(disk, layout, i));
        }
        assertThat(held(disk, stream)).isEqualTo(4);

        mayGo.countDown();
        queue.await();
        assertThat(queue.troubles()).isEmpty();
      }
    }
    assertThat(Segments.withSuffix(disk, stream, SegmentName.PLAIN)).isEmpty();
    assertThat(Segments.withSuffix(disk, stream, SegmentName.SEALED)).hasSize(SEGMENTS);
  }

  /** How many segments somebody holds the lock of. */
  private static int held(Disk disk, Path stream) throws IOException {
    int held = 0;
    for (int i = 0; i < SEGMENTS; i++) {
      Optional<Disk.Lock> lock = disk.tryLock(name(i).in(stream, SegmentName.LOCK));
      if (lock.isPresent()) {
        lock.get().close();
      } else {
        held++;
      }
    }
    return held;
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static SegmentName name(int number) {
    return new SegmentName("2026-11-20", "ab", 1000 + number);
  }

  private static Segment segment(Disk disk, Layout layout, int number) throws IOException {
    Path lock = name(number).in(layout.stream(Stream.EXCHANGES), SegmentName.LOCK);
    Segment segment =
        Segment.begin(
            disk, layout, Stream.EXCHANGES, name(number), disk.tryLock(lock).orElseThrow());
    segment.append(ByteBuffer.wrap(LINE));
    segment.force();
    return segment;
  }
}
