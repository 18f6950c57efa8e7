package dev.treadle.curation;

import java.util.Optional;

/** Where the parts lie that are too long for a record's line: a lake fulfils it. */
@FunctionalInterface
public interface Blobs {
  /** No blob is there. */
  Blobs NONE = sha256 -> Optional.empty();

  /** The bytes of the blob with that hash (64 hexadecimal digits); empty if it is gone. */
  Optional<byte[]> bytes(String sha256);
}
