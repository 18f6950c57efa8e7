package dev.treadle.training.gguf;

import java.util.List;

/**
 * A tensor of a GGUF file and its place.
 *
 * @param shape its dimensions, the slowest first; the file has them the other way round
 * @param offset where it begins, counted from the beginning of all tensors
 */
public record GgufTensor(String name, GgmlType type, List<Long> shape, long offset) {
  /** No name of a tensor is longer: llama.cpp keeps 64 bytes, one of which ends it. */
  static final int MAX_NAME_BYTES = 63;

  static final int MAX_DIMENSIONS = 4;

  public GgufTensor {
    shape = List.copyOf(shape);
    if (shape.isEmpty() || shape.size() > MAX_DIMENSIONS) {
      throw new IllegalArgumentException(name + " has " + shape.size() + " dimensions");
    }
    long elements = 1;
    for (long it : shape) {
      if (it < 1) {
        throw new IllegalArgumentException(name + " has a dimension of " + it);
      }
      elements = Math.multiplyExact(elements, it);
    }
    if (shape.getLast() % type.blockNumbers() != 0) {
      throw new IllegalArgumentException(
          name + " has rows of " + shape.getLast() + " numbers, which are no blocks of " + type);
    }
    Math.multiplyExact(elements / type.blockNumbers(), type.blockBytes());
  }

  public long elements() {
    long elements = 1;
    for (long it : shape) {
      elements *= it;
    }
    return elements;
  }

  public long bytes() {
    return elements() / type.blockNumbers() * type.blockBytes();
  }

  /** The length of a row. */
  public long columns() {
    return shape.getLast();
  }

  public long rows() {
    return elements() / columns();
  }
}
