package dev.treadle.training.merge;

import dev.treadle.training.DiskSpace;
import dev.treadle.training.NewFolder;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.model.CompanionFiles;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.ShardedWeights;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes one model of a base and an adapter: every weight matrix that the adapter aims at becomes W
 * + B·A·scale, computed in float32 and rounded once; everything else is copied. One tensor is
 * worked on at a time, in blocks, and each block is compared with the base before it is written. Of
 * every shard, parts are read again once it is on the disk, while the next one is made.
 */
public final class Merge {
  /** Threads for each that computes: most of them wait for the disk. */
  private static final int WAITING = 4;

  private final MergeSettings settings;
  private final Progress progress;

  /** Hears how far it is. */
  public interface Progress {
    void bytes(long done, long total, String what);
  }

  public Merge(MergeSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Merges, and leaves a whole folder or nothing.
   *
   * @throws dev.treadle.transcript.TreadleException naming what does not fit, or what is missing
   */
  public MergeResult run() {
    ModelTensors model = ModelTensors.of(ModelShape.read(settings.base()));
    try (Weights base = Weights.open(settings.base());
        Adapter adapter = Adapter.open(settings.adapter())) {
      model.check(base);
      MergePlan plan = MergePlan.of(model, base, adapter);
      try (NewFolder output = NewFolder.begin(settings.output())) {
        MergeResult result = write(base, adapter, plan, output);
        output.finish();
        return result;
      }
    }
  }

  private MergeResult write(Weights base, Adapter adapter, MergePlan plan, NewFolder output) {
    List<TensorShape> shapes = new ArrayList<>();
    base.tensors().values().forEach(it -> shapes.add(shape(it.shape())));
    ShardedWeights shards = new ShardedWeights(output.path(), shapes, settings.maxShardBytes());
    DiskSpace.require(output.path(), shards.bytes(), "the model");
    List<String> copied = CompanionFiles.copy(base.folder(), output, dtype(base));
    MergeProof proof = new MergeProof(plan);
    try (Blocks blocks = new Blocks(WAITING * settings.threads(), longestRow(shapes));
        ExecutorService disk = Executors.newSingleThreadExecutor()) {
      TensorMerge merge = new TensorMerge(base, adapter, plan, blocks);
      List<Future<?>> before = List.of();
      long done = 0;
      for (int i = 0; i < shards.shardCount(); i++) {
        Reread reread = new Reread(settings.rereadEvery());
        Flushing flushing = new Flushing(disk, shards.create(i), reread);
        try (flushing) {
          for (TensorShape it : shards.tensors(i)) {
            proof.wrote(it, merge.write(it, flushing.writer(), reread));
            done += it.bytes();
            flushing.wrote(it.bytes());
            progress.bytes(done, shards.bytes(), it.name());
          }
        }
        // The disk may be one shard behind, not more.
        before.forEach(Blocks::await);
        before = flushing.forced();
      }
      before.forEach(Blocks::await);
      shards.index().forEach(output::write);
      return proof.result(
          output.target(),
          shards,
          merge.largestChange(),
          copied,
          CompanionFiles.differing(base.folder(), settings.adapter()));
    }
  }

  private TensorShape shape(TensorShape base) {
    return base.dtype().isComputed()
        ? new TensorShape(base.name(), settings.dtype().orElse(base.dtype()), base.shape())
        : base;
  }

  /** The form that the configuration has to say, if it is another than the base's. */
  private Optional<Dtype> dtype(Weights base) {
    return settings
        .dtype()
        .filter(
            it ->
                base.tensors().values().stream()
                    .anyMatch(
                        tensor ->
                            tensor.shape().dtype().isComputed() && tensor.shape().dtype() != it));
  }

  private static long longestRow(List<TensorShape> shapes) {
    long longest = 1;
    for (TensorShape it : shapes) {
      longest = Math.max(longest, TensorMerge.columns(it));
    }
    return longest;
  }

  /** Lets the disk begin to write before a shard is whole, and end while the next one is made. */
  private static final class Flushing implements AutoCloseable {
    private static final long EVERY_BYTES = 256 << 20;

    private final ExecutorService disk;
    private final SafetensorsWriter writer;
    private final Reread reread;
    private final List<Future<?>> forced = new ArrayList<>();
    private long pending;

    Flushing(ExecutorService disk, SafetensorsWriter writer, Reread reread) {
      this.disk = disk;
      this.writer = writer;
      this.reread = reread;
    }

    SafetensorsWriter writer() {
      return writer;
    }

    void wrote(long bytes) {
      pending += bytes;
      if (pending >= EVERY_BYTES && forced.stream().allMatch(Future::isDone)) {
        pending = 0;
        forced.add(disk.submit(writer::force));
      }
    }

    List<Future<?>> forced() {
      return forced;
    }

    /** The last force closes the file; then parts of it are read again. */
    @Override
    public void close() {
      forced.add(
          disk.submit(
              () -> {
                try (writer) {
                  writer.force();
                }
                try (SafetensorsFile written = SafetensorsFile.open(writer.file())) {
                  reread.check(written);
                }
              }));
    }
  }
}
