package dev.treadle.training.tensor;

import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A model in memory: what it foretells, what that costs, and how what is trained should change. Not
 * for several threads at once; it computes with several by itself.
 */
public final class Network implements AutoCloseable {
  private static final String EMBEDDING = ModelTensors.EMBEDDING + ".weight";

  /** How much memory the threads' gradients may take. */
  private static final long PLACES_BYTES = 1L << 30;

  private final ModelShape shape;
  private final Arithmetic arithmetic;
  private final Matrix embedding;
  private final List<Block> blocks;
  private final Head head;
  private final Parameters parameters;
  private final FrozenWeights weights;
  private final int firstTrained;
  private final boolean recomputes;
  private final Workers workers;
  private final Device device;

  /**
   * The parts of a network.
   *
   * @param firstTrained the lowest layer with anything trained in or below it; -1: the embedding
   * @param recomputes whether a layer is computed again on the way back instead of kept
   */
  record Parts(
      ModelShape shape,
      Arithmetic arithmetic,
      Matrix embedding,
      List<Block> blocks,
      Head head,
      Parameters parameters,
      FrozenWeights weights,
      int firstTrained,
      boolean recomputes,
      Workers workers,
      Device device) {}

  Network(Parts parts) {
    shape = parts.shape();
    arithmetic = parts.arithmetic();
    embedding = parts.embedding();
    blocks = List.copyOf(parts.blocks());
    head = parts.head();
    parameters = parts.parameters();
    weights = parts.weights();
    firstTrained = parts.firstTrained();
    recomputes = parts.recomputes();
    workers = parts.workers();
    device = parts.device();
  }

  /**
   * Opens a model. The weights must stay open while it is.
   *
   * @throws dev.treadle.transcript.TreadleException if the folder lacks a tensor, or an adapter
   *     aims at what cannot be trained
   */
  public static Network open(
      ModelShape shape, Weights weights, Tuned tuned, NetworkOptions options) {
    return NetworkAssembly.assemble(shape, weights, tuned, options);
  }

  /**
   * What sequences cost.
   *
   * @param loss the sum of their targets' negative log-likelihoods
   * @param hits how many targets were the likeliest token; 0 where gradients were taken
   */
  public record Cost(double loss, long targets, long hits) {
    public Cost plus(Cost other) {
      return new Cost(loss + other.loss, targets + other.targets, hits + other.hits);
    }

    /** For one token. */
    public double mean() {
      return loss / Math.max(1, targets);
    }
  }

  public ModelShape shape() {
    return shape;
  }

  public Parameters parameters() {
    return parameters;
  }

  /** What sequences cost, without learning. */
  public Cost cost(List<Sequence> sequences) {
    return sum(
        workers.each(
            sequences,
            Integer.MAX_VALUE,
            (share, _) -> {
              try (PointerScope _ = new PointerScope()) {
                MicroBatch batch = MicroBatch.of(share, shape, arithmetic, device);
                Head.Result result = head.evaluate(through(batch), batch);
                return new Cost(result.loss(), batch.targets(), result.hits());
              }
            }));
  }

  private static Cost sum(List<Cost> costs) {
    Cost sum = new Cost(0, 0, 0);
    for (Cost it : costs) {
      sum = sum.plus(it);
    }
    return sum;
  }

  /** The logits after each of some tokens. */
  public float[][] logits(int[] tokens) {
    return workers
        .each(
            List.of(new Sequence(tokens, new boolean[tokens.length])),
            1,
            (share, _) -> {
              try (PointerScope _ = new PointerScope()) {
                Tensor logits =
                    head.logits(through(MicroBatch.of(share, shape, arithmetic, device)))
                        .to(ScalarType.Float)
                        .cpu()
                        .contiguous();
                float[][] rows = new float[tokens.length][shape.vocabulary()];
                for (int i = 0; i < rows.length; i++) {
                  logits.select(0, i).data_ptr_float().get(rows[i]);
                }
                return rows;
              }
            })
        .getFirst();
  }

  /**
   * The network as one that goes on with a text token by token. Only while this is open.
   *
   * @param context the most tokens of a text
   */
  public Decoder decoder(int context) {
    return new Decoder(
        shape, arithmetic, device, new Decoder.Layers(embedding, blocks, head), workers, context);
  }

  private Tensor through(MicroBatch batch) {
    Tensor hidden = embedding.tensor().index_select(0, batch.ids());
    for (Block it : blocks) {
      Tensor next = it.forward(hidden, batch, Dropout.NONE, null);
      hidden.close();
      hidden = owned(next);
    }
    return hidden;
  }

  /** What was kept belongs to the scope again that it was made under. */
  private static Tensor owned(Tensor kept) {
    PointerScope.getInnerScope().attach(kept);
    Tensors.free(kept);
    return kept;
  }

  /**
   * Adds the gradients of sequences' loss to the parameters'.
   *
   * @param factor what each token's loss is multiplied by: one over the targets of all
   *     micro-batches of a step
   */
  public Cost learn(List<Sequence> sequences, double factor, Dropout dropout) {
    long places = PLACES_BYTES / Math.max(1, parameters.size() * arithmetic.master().bytes());
    List<Cost> costs =
        workers.each(
            sequences,
            Math.toIntExact(Math.clamp(places, 1, Integer.MAX_VALUE)),
            (share, thread) ->
                learn(share, factor, dropout.of(thread), parameters.gradients(thread)));
    parameters.gather();
    return sum(costs);
  }

  private Cost learn(
      List<Sequence> sequences, double factor, Dropout dropout, Gradients gradients) {
    try (PointerScope _ = new PointerScope()) {
      MicroBatch batch = MicroBatch.of(sequences, shape, arithmetic, device);
      Way way = forward(batch, dropout);
      Head.Result result = head.learn(way.output(), batch, factor, gradients);
      Tensors.free(way.output());
      backward(batch, dropout, way, Objects.requireNonNull(result.slope()), gradients);
      return new Cost(result.loss(), batch.targets(), 0);
    }
  }

  /**
   * What the way forward left, all of it kept.
   *
   * @param inputs of each layer that will be computed again
   * @param traces of each layer that will not
   */
  private record Way(
      List<@Nullable Tensor> inputs, List<Block.@Nullable Trace> traces, Tensor output) {}

  private Way forward(MicroBatch batch, Dropout dropout) {
    List<@Nullable Tensor> inputs = new ArrayList<>();
    List<Block.@Nullable Trace> traces = new ArrayList<>();
    Tensor hidden = Tensors.keep(embedding.tensor().index_select(0, batch.ids()));
    for (int i = 0; i < blocks.size(); i++) {
      boolean isPassed = i >= firstTrained;
      Block.Trace trace = isPassed && !recomputes ? new Block.Trace() : null;
      Tensor next = blocks.get(i).forward(hidden, batch, dropout, trace);
      traces.add(trace);
      inputs.add(isPassed && recomputes ? hidden : null);
      if (!isPassed || !recomputes) {
        Tensors.free(hidden);
      }
      hidden = next;
    }
    return new Way(inputs, traces, hidden);
  }

  private void backward(
      MicroBatch batch, Dropout dropout, Way way, Tensor outputSlope, Gradients gradients) {
    Tensor slope = outputSlope;
    for (int i = blocks.size() - 1; i >= Math.max(0, firstTrained); i--) {
      Block.Trace trace = way.traces().get(i);
      Tensor input = way.inputs().get(i);
      if (trace == null) {
        trace = new Block.Trace();
        Tensors.free(blocks.get(i).forward(Objects.requireNonNull(input), batch, dropout, trace));
        Tensors.free(Objects.requireNonNull(input));
      }
      Tensor next = blocks.get(i).backward(slope, batch, trace, gradients, i > firstTrained);
      trace.free();
      Tensors.free(slope);
      if (next == null) {
        return;
      }
      slope = next;
    }
    if (gradients.has(EMBEDDING)) {
      Tensor gradient = gradients.of(EMBEDDING);
      gradient.index_add_(0, batch.ids(), Tensors.cast(slope, gradient.scalar_type()));
    }
    Tensors.free(slope);
  }

  @Override
  public void close() {
    workers.close();
    parameters.close();
    weights.close();
  }
}
