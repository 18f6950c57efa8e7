package dev.treadle.training.model;

import dev.treadle.training.safetensors.Dtype;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model is built like, whichever form of {@code config.json} said so.
 *
 * @param headSize the numbers of one attention head
 * @param hasInputBias whether the projections to queries, keys and values add a bias
 * @param hasOutputBias whether the attention's output projection does
 * @param hasFeedForwardBias whether gate, up and down do
 * @param isTied whether the output head is the embedding
 * @param windows for each layer how far back it looks; nothing: to the beginning
 * @param dtype what the configuration says its weights are; the tensors have the last word
 * @param endTokens the ids that end an answer
 */
public record ModelShape(
    Architecture architecture,
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int feedForward,
    double normEpsilon,
    Rope rope,
    boolean hasInputBias,
    boolean hasOutputBias,
    boolean hasFeedForwardBias,
    boolean isTied,
    long maxPositions,
    List<Optional<Integer>> windows,
    Optional<Dtype> dtype,
    Optional<Integer> beginToken,
    List<Integer> endTokens) {
  public ModelShape {
    windows = List.copyOf(windows);
    endTokens = List.copyOf(endTokens);
  }

  /** Whether queries and keys are normed for each head. */
  public boolean normsHeads() {
    return architecture == Architecture.QWEN3;
  }

  /**
   * Reads a model folder's {@code config.json}.
   *
   * @throws dev.treadle.transcript.TreadleException naming what is not supported, or what is wrong
   */
  public static ModelShape read(Path folder) {
    return ModelConfiguration.read(folder.resolve("config.json")).shape();
  }
}
