package dev.treadle.training.gguf;

import java.util.Locale;

/** The form in which the matrices of a model are written. */
public enum GgufForm {
  F32(GgmlType.F32, 0),
  F16(GgmlType.F16, 1),
  BF16(GgmlType.BF16, 32),
  Q8_0(GgmlType.Q8_0, 7);

  private final GgmlType type;
  private final int fileType;

  GgufForm(GgmlType type, int fileType) {
    this.type = type;
    this.fileType = fileType;
  }

  GgmlType type() {
    return type;
  }

  /** The form of a tensor; of others than these the numbers are not known here. */
  static GgufForm of(GgmlType type) {
    for (GgufForm it : values()) {
      if (it.type == type) {
        return it;
      }
    }
    throw new IllegalArgumentException("not read or written here: " + type);
  }

  /** What {@code general.file_type} says. */
  int fileType() {
    return fileType;
  }

  /** As it is asked for: {@code q8_0}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
