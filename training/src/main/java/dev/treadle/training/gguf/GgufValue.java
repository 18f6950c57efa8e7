package dev.treadle.training.gguf;

import java.util.List;
import java.util.Optional;

/** What stands behind a key of a GGUF file. */
public sealed interface GgufValue {
  /** The kinds of values; each has its number in a file. */
  enum Kind {
    U8(0, 1),
    I8(1, 1),
    U16(2, 2),
    I16(3, 2),
    U32(4, 4),
    I32(5, 4),
    F32(6, 4),
    BOOL(7, 1),
    TEXT(8, 8),
    LIST(9, 12),
    U64(10, 8),
    I64(11, 8),
    F64(12, 8);

    private final int code;
    private final int leastBytes;

    Kind(int code, int leastBytes) {
      this.code = code;
      this.leastBytes = leastBytes;
    }

    /** As a file has it. */
    int code() {
      return code;
    }

    static Optional<Kind> of(long code) {
      for (Kind it : values()) {
        if (it.code == code) {
          return Optional.of(it);
        }
      }
      return Optional.empty();
    }

    /** A value of this kind takes so many bytes or more. */
    int leastBytes() {
      return leastBytes;
    }
  }

  Kind kind();

  /** A whole number. What has 64 bits and no sign is read as if it had one. */
  record Whole(Kind kind, long value) implements GgufValue {}

  /** A number with a fraction. */
  record Real(Kind kind, double value) implements GgufValue {}

  /** Yes or no. */
  record Truth(boolean value) implements GgufValue {
    @Override
    public Kind kind() {
      return Kind.BOOL;
    }
  }

  /** A text. */
  record Text(String value) implements GgufValue {
    @Override
    public Kind kind() {
      return Kind.TEXT;
    }
  }

  /** Several values of one kind, none of them a list. */
  record Items(Kind of, List<GgufValue> values) implements GgufValue {
    public Items {
      values = List.copyOf(values);
    }

    @Override
    public Kind kind() {
      return Kind.LIST;
    }
  }

  static GgufValue u32(long value) {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("no number of 32 bits: " + value);
    }
    return new Whole(Kind.U32, value);
  }

  static GgufValue f32(double value) {
    return new Real(Kind.F32, (float) value);
  }

  static GgufValue texts(List<String> values) {
    return new Items(Kind.TEXT, values.stream().<GgufValue>map(Text::new).toList());
  }

  static GgufValue i32s(List<Integer> values) {
    return new Items(
        Kind.I32, values.stream().<GgufValue>map(it -> new Whole(Kind.I32, it)).toList());
  }
}
