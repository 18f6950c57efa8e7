package dev.treadle.training.gguf;

import dev.treadle.training.model.Architecture;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which tensor of a model becomes which of a GGUF file, in which form. */
record ExportPlan(List<Piece> pieces) {
  private static final String ROPE_FACTORS = "rope_freqs.weight";
  private static final String LAYER = "model.layers.";

  private static final Map<String, String> MODULES =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry(ModelTensors.EMBEDDING, "token_embd"),
          Map.entry("model.norm", "output_norm"),
          Map.entry(ModelTensors.HEAD, "output"));

  ExportPlan {
    pieces = List.copyOf(pieces);
  }

  /** A tensor to be, and what it is made of. */
  sealed interface Piece {
    GgufTensor target();
  }

  /**
   * A tensor of the model.
   *
   * @param heads whose rows change their order; 0: none do
   */
  record Taken(GgufTensor target, String source, int heads, boolean fellBack) implements Piece {
    /** The row of the model's tensor that a row of the file is. */
    long sourceRow(long row) {
      if (heads == 0) {
        return row;
      }
      long size = target.shape().getFirst() / heads;
      long inHead = row % size;
      return row - inHead + inHead % 2 * (size / 2) + inHead / 2;
    }
  }

  /** Numbers that the model's configuration says. */
  record Made(GgufTensor target, List<Float> numbers) implements Piece {
    Made {
      numbers = List.copyOf(numbers);
    }
  }

  static ExportPlan of(ModelShape shape, GgufForm form) {
    List<GgufTensor> targets = new ArrayList<>();
    Map<String, Piece> pieces = new LinkedHashMap<>();
    List<Float> factors = ModelKeys.ropeFactors(shape);
    if (!factors.isEmpty()) {
      GgufTensor it = new GgufTensor(ROPE_FACTORS, GgmlType.F32, List.of((long) factors.size()), 0);
      targets.add(it);
      pieces.put(it.name(), new Made(it, factors));
    }
    ModelTensors.of(shape)
        .tensors()
        .forEach(
            (source, dimensions) -> {
              if (!shape.isTied() || !source.startsWith(ModelTensors.HEAD)) {
                Taken it = taken(shape, source, dimensions, form);
                targets.add(it.target());
                pieces.put(it.target().name(), it);
              }
            });
    List<Piece> placed = new ArrayList<>();
    for (GgufTensor it : HeaderWriter.placed(targets)) {
      placed.add(
          switch (pieces.get(it.name())) {
            case Taken piece -> new Taken(it, piece.source(), piece.heads(), piece.fellBack());
            case Made piece -> new Made(it, piece.numbers());
            case null -> throw new IllegalStateException("no piece " + it.name());
          });
    }
    return new ExportPlan(placed);
  }

  private static Taken taken(
      ModelShape shape, String source, List<Long> dimensions, GgufForm form) {
    GgmlType type = dimensions.size() == 1 ? GgmlType.F32 : form.type();
    boolean fellBack = dimensions.getLast() % type.blockNumbers() != 0;
    GgufTensor target = new GgufTensor(name(source), fellBack ? GgmlType.F16 : type, dimensions, 0);
    return new Taken(target, source, heads(shape, source), fellBack);
  }

  /** llama.cpp turns neighbouring pairs in Llama, where Hugging Face turns halves. */
  private static int heads(ModelShape shape, String source) {
    if (shape.architecture() != Architecture.LLAMA) {
      return 0;
    }
    if (source.contains(".self_attn.q_proj.")) {
      return shape.heads();
    }
    return source.contains(".self_attn.k_proj.") ? shape.keyValueHeads() : 0;
  }

  /** What llama.cpp calls a tensor. */
  static String name(String source) {
    int end = source.lastIndexOf('.');
    String module = source.substring(0, end);
    String layer = "";
    if (module.startsWith(LAYER)) {
      int dot = module.indexOf('.', LAYER.length());
      layer = "blk." + module.substring(LAYER.length(), dot) + ".";
      module = module.substring(dot + 1);
    }
    String name = MODULES.get(module);
    if (name == null) {
      throw new IllegalArgumentException("no name for " + source);
    }
    return layer + name + source.substring(end);
  }

  List<GgufTensor> targets() {
    return pieces.stream().map(Piece::target).toList();
  }
}
