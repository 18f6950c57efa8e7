package dev.treadle.training.safetensors;

import java.util.List;

/**
 * A tensor's name, the form of its numbers and its dimensions, the slowest first. No dimensions
 * mean one number; a dimension of zero means none.
 */
public record TensorShape(String name, Dtype dtype, List<Long> shape) {
  public TensorShape {
    shape = List.copyOf(shape);
    long elements = 1;
    for (long it : shape) {
      if (it < 0) {
        throw new IllegalArgumentException("a negative dimension of " + name);
      }
      elements = Math.multiplyExact(elements, it);
    }
    Math.multiplyExact(elements, (long) dtype.bytes());
  }

  public long elements() {
    long elements = 1;
    for (long it : shape) {
      elements *= it;
    }
    return elements;
  }

  public long bytes() {
    return elements() * dtype.bytes();
  }

  /** The number of rows if it is looked at as a matrix of its last dimension. */
  public long rows() {
    return shape.isEmpty() ? 1 : elements() / Math.max(1, columns());
  }

  public long columns() {
    return shape.isEmpty() ? 1 : shape.getLast();
  }

  @Override
  public String toString() {
    return name + " " + dtype + shape;
  }
}
