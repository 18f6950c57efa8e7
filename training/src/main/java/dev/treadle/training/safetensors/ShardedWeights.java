package dev.treadle.training.safetensors;

import dev.treadle.training.PythonJson;
import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's weights that are to be written as shards of a limited size, one shard after the other,
 * and the index that goes with them.
 */
public final class ShardedWeights {
  /** What Hugging Face's own writer takes. */
  public static final long DEFAULT_MAX_BYTES = 5_000_000_000L;

  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final Path folder;
  private final ShardPlan plan;

  /**
   * Plans the shards.
   *
   * @param tensors in the order in which they are to be spread over shards
   */
  public ShardedWeights(Path folder, List<TensorShape> tensors, long maxShardBytes) {
    this.folder = folder;
    this.plan = ShardPlan.of(tensors, maxShardBytes);
  }

  public int shardCount() {
    return plan.shards().size();
  }

  /** What a shard will hold, in the order in which it will lie there. */
  public List<TensorShape> tensors(int shard) {
    return plan.shards().get(shard).entries().stream()
        .map(SafetensorsHeader.Entry::tensor)
        .toList();
  }

  /** Begins a shard. */
  public SafetensorsWriter create(int shard) {
    ShardPlan.Shard it = plan.shards().get(shard);
    return SafetensorsWriter.open(
        folder.resolve(it.file()), it.entries(), METADATA, DirectFile.UNIT);
  }

  /** Of all tensors together. */
  public long bytes() {
    return plan.shards().stream().mapToLong(ShardPlan.Shard::bytes).sum();
  }

  /** The index by its file name; nothing for a single file, which has none. */
  public Map<String, byte[]> index() {
    if (plan.shards().size() == 1) {
      return Map.of();
    }
    Map<String, String> places = new TreeMap<>();
    long elements = 0;
    for (ShardPlan.Shard shard : plan.shards()) {
      for (SafetensorsHeader.Entry it : shard.entries()) {
        places.put(it.tensor().name(), shard.file());
        elements += it.tensor().elements();
      }
    }
    ObjectNode json = Json.object();
    json.putObject("metadata").put("total_parameters", elements).put("total_size", bytes());
    ObjectNode map = json.putObject("weight_map");
    places.forEach(map::put);
    return Collections.singletonMap(
        Weights.INDEX, (PythonJson.FILE.dumps(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
