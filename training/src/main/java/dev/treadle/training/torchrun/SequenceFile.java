package dev.treadle.training.torchrun;

import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.tokens.Sequence;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes sequences and their order as a safetensors file: {@code input_ids} and {@code labels} of
 * all sequences end to end, where each begins, which share a row, and which rows each step has.
 */
final class SequenceFile {
  /** The label of a token that is not learned, as transformers has it. */
  private static final int IGNORED = -100;

  private static final int PIECE = 1 << 20;

  private final SafetensorsWriter writer;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
  private String tensor = "";
  private long offset;

  private SequenceFile(SafetensorsWriter writer) {
    this.writer = writer;
  }

  /** Writes a file that must not be there yet. */
  static void write(Path path, RunPlan plan) {
    long tokens = plan.sequences().stream().mapToLong(Sequence::length).sum();
    long rows = plan.packing().rows().size();
    List<TensorShape> shapes =
        List.of(
            shape("input_ids", Dtype.I32, tokens),
            shape("labels", Dtype.I32, tokens),
            shape("sequence_bounds", Dtype.I64, plan.sequences().size() + 1L),
            shape("row_sequences", Dtype.I32, plan.sequences().size()),
            shape("row_bounds", Dtype.I64, rows + 1),
            shape("order", Dtype.I32, plan.order().length),
            shape("step_targets", Dtype.I64, plan.targets().length),
            shape("step_tokens", Dtype.I64, plan.tokens().length));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(path, shapes, Map.of("format", "np", "written_by", "treadle"))) {
      new SequenceFile(writer).fill(plan);
      writer.force();
    }
  }

  private static TensorShape shape(String name, Dtype dtype, long count) {
    return new TensorShape(name, dtype, List.of(count));
  }

  private void fill(RunPlan plan) {
    begin("input_ids");
    for (Sequence it : plan.sequences()) {
      for (int token : it.tokens()) {
        add(token);
      }
    }
    begin("labels");
    for (Sequence it : plan.sequences()) {
      for (int i = 0; i < it.length(); i++) {
        add(it.targets()[i] ? it.tokens()[i] : IGNORED);
      }
    }
    begin("sequence_bounds");
    long bound = 0;
    addWide(bound);
    for (Sequence it : plan.sequences()) {
      bound += it.length();
      addWide(bound);
    }
    rows(plan);
    begin("order");
    for (int it : plan.order()) {
      add(it);
    }
    begin("step_targets");
    for (long it : plan.targets()) {
      addWide(it);
    }
    begin("step_tokens");
    for (long it : plan.tokens()) {
      addWide(it);
    }
    flush();
  }

  private void rows(RunPlan plan) {
    begin("row_sequences");
    for (List<Integer> row : plan.packing().rows()) {
      row.forEach(this::add);
    }
    begin("row_bounds");
    long bound = 0;
    addWide(bound);
    for (List<Integer> row : plan.packing().rows()) {
      bound += row.size();
      addWide(bound);
    }
  }

  private void begin(String name) {
    flush();
    tensor = name;
    offset = 0;
  }

  private void add(int number) {
    if (piece.remaining() < Integer.BYTES) {
      flush();
    }
    piece.putInt(number);
  }

  private void addWide(long number) {
    if (piece.remaining() < Long.BYTES) {
      flush();
    }
    piece.putLong(number);
  }

  private void flush() {
    piece.flip();
    if (piece.hasRemaining()) {
      int bytes = piece.remaining();
      writer.write(tensor, offset, piece);
      offset += bytes;
    }
    piece.clear();
  }
}
