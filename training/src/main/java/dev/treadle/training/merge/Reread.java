package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32C;

/**
 * Which blocks of a shard are read again when it is whole, and what must stand there: the first and
 * the last of each tensor, and every so many between them. Any number of threads may write.
 */
final class Reread {
  private final int every;
  private final Queue<Piece> pieces = new ConcurrentLinkedQueue<>();

  /** A block as it was written. */
  private record Piece(String tensor, long offset, int bytes, long checksum) {}

  Reread(int every) {
    this.every = every;
  }

  /**
   * Hears of a block before it is written.
   *
   * @param offset in the tensor
   * @param size of the tensor
   */
  void hears(String tensor, long offset, long size, ByteBuffer block) {
    int bytes = block.remaining();
    boolean isEdge = offset == 0 || offset + bytes == size;
    if (isEdge || offset / bytes % every == 0) {
      pieces.add(new Piece(tensor, offset, bytes, checksum(block.duplicate())));
    }
  }

  /**
   * Reads the blocks from the file that they were written to, by the header that stands there.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#MERGE_UNPROVEN}
   */
  void check(SafetensorsFile written) {
    List<Piece> ordered =
        pieces.stream()
            .sorted(Comparator.comparing(Piece::tensor).thenComparingLong(Piece::offset))
            .toList();
    ByteBuffer room = SafetensorsFile.room(ordered.stream().mapToInt(Piece::bytes).max().orElse(0));
    for (Piece it : ordered) {
      SafetensorsHeader.Entry entry =
          Objects.requireNonNull(written.header().tensors().get(it.tensor()));
      if (checksum(written.readOnce(entry, it.offset(), it.bytes(), room)) != it.checksum()) {
        throw TrainingError.MERGE_UNPROVEN.because(
            written.file()
                + " does not hold what was written to it: "
                + it.bytes()
                + " bytes of "
                + it.tensor()
                + " from the "
                + it.offset()
                + "th on are others; the disk or this machine's memory is damaged");
      }
    }
  }

  private static long checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }
}
