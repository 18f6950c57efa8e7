package dev.treadle.training.gguf;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A GGUF file's keys and the places of its tensors. The tensors lie one behind the other in their
 * order, each at the next multiple of the alignment: llama.cpp wants them so.
 *
 * @param end where the header's bytes end
 */
record GgufHeader(Map<String, GgufValue> keys, List<GgufTensor> tensors, int alignment, long end) {
  static final byte[] MAGIC_BYTES = {'G', 'G', 'U', 'F'};
  static final long MAGIC = 0x4655_4747L;
  static final int VERSION = 3;
  static final String ALIGNMENT = "general.alignment";
  static final int USUAL_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 1 << 20;

  GgufHeader {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    tensors = List.copyOf(tensors);
    Set<String> names = new HashSet<>();
    long next = 0;
    for (GgufTensor it : tensors) {
      if (!names.add(it.name())) {
        throw new IllegalArgumentException("'" + it.name() + "' stands there twice");
      }
      if (it.offset() != next) {
        throw new IllegalArgumentException(
            "'" + it.name() + "' begins at " + it.offset() + ", not at " + next);
      }
      next = Math.addExact(next, aligned(it.bytes(), alignment));
    }
  }

  static int alignment(Map<String, GgufValue> keys) {
    GgufValue value = keys.get(ALIGNMENT);
    if (value == null) {
      return USUAL_ALIGNMENT;
    }
    if (!(value instanceof GgufValue.Whole(GgufValue.Kind _, long bytes))
        || bytes < Long.BYTES
        || bytes > MAX_ALIGNMENT
        || Long.bitCount(bytes) != 1) {
      throw new IllegalArgumentException(ALIGNMENT + " is no power of two from 8 to 2^20");
    }
    return (int) bytes;
  }

  static long aligned(long bytes, int alignment) {
    return Math.addExact(bytes, alignment - 1L) / alignment * alignment;
  }

  /** Where the tensors begin. */
  long dataStart() {
    return aligned(end, alignment);
  }

  /** Where the last tensor ends. */
  long dataEnd() {
    return tensors.isEmpty()
        ? dataStart()
        : Math.addExact(dataStart(), tensors.getLast().offset() + tensors.getLast().bytes());
  }
}
