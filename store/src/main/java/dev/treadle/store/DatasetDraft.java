package dev.treadle.store;

import dev.treadle.store.DatasetVersion.Manifest;
import dev.treadle.store.DatasetVersion.Split;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A dataset version being written, invisible until {@link #commit}. Closing a draft that was not
 * committed leaves nothing. For one thread.
 */
public final class DatasetDraft implements AutoCloseable {
  private final LakeSettings settings;
  private final Layout layout;
  private final TemporaryFiles temporary;
  private final String name;
  private final Path folder;
  private final Map<Split, Part> parts = new EnumMap<>(Split.class);
  private boolean committed;

  /** One split's file. */
  private static final class Part {
    final Disk.Output output;
    final DigestOutputStream digested;
    long count;

    Part(Disk.Output output) {
      this.output = output;
      OutputStream buffered = new BufferedOutputStream(DiskStreams.to(output), 1 << 18);
      this.digested = new DigestOutputStream(buffered, IdTable.sha256());
    }
  }

  DatasetDraft(LakeSettings settings, Layout layout, TemporaryFiles temporary, String name) {
    this.settings = settings;
    this.layout = layout;
    this.temporary = temporary;
    this.name = name;
    try {
      this.folder = temporary.next("dataset");
      settings.disk().createDirectory(folder);
      for (Split split : Split.values()) {
        parts.put(split, new Part(settings.disk().create(folder.resolve(split.file()))));
      }
    } catch (IOException e) {
      throw StoreError.writing(layout.datasets(), e);
    }
  }

  /** Adds one record: the bytes of a JSON object without line break. */
  public void add(Split split, byte[] json) {
    Line.check(json, settings.limits().lineBytes());
    Part part = part(split);
    try {
      part.digested.write(json);
      part.digested.write('\n');
      part.count++;
    } catch (IOException e) {
      throw StoreError.writing(folder, e);
    }
  }

  private Part part(Split split) {
    Part part = parts.get(split);
    if (committed || part == null) {
      throw StoreError.CLOSED.because("this draft of " + name + " was committed or closed");
    }
    return part;
  }

  /**
   * Makes the next version of it: whole and safe from a power cut when this returns.
   *
   * @param recipe fingerprint of the recipe that made it
   * @param inputs what it was made from
   * @param run the run that made it
   * @param card what the data card says below its head, in Markdown
   */
  public DatasetVersion commit(String recipe, List<String> inputs, String run, String card) {
    part(Split.TRAIN);
    Path home = layout.datasets().resolve(name);
    try {
      Map<String, Long> counts = new TreeMap<>();
      Map<String, String> sha256 = new TreeMap<>();
      finish(counts, sha256);
      settings.disk().createDirectory(home);
      settings.disk().forceDirectory(layout.datasets());
      try (Disk.Lock _ =
          Locks.take(settings.disk(), home.resolve(".lock"), settings.limits().lockWait())) {
        int version = Datasets.numbers(settings.disk(), home).stream().reduce(0, Math::max) + 1;
        Manifest manifest =
            new Manifest(
                name, version, settings.clock().instant(), recipe, inputs, counts, sha256, run);
        write(DatasetVersion.CARD, card(counts, card).getBytes(StandardCharsets.UTF_8));
        write(DatasetVersion.MANIFEST, Documents.write(manifest));
        settings.disk().forceDirectory(folder);
        Path target = home.resolve(Integer.toString(version));
        settings.disk().rename(folder, target);
        committed = true;
        settings.disk().forceDirectory(home);
        return DatasetVersion.open(settings.disk(), target);
      }
    } catch (IOException e) {
      throw StoreError.writing(home, e);
    }
  }

  private void finish(Map<String, Long> counts, Map<String, String> sha256) throws IOException {
    for (Map.Entry<Split, Part> entry : parts.entrySet()) {
      String file = entry.getKey().file();
      Part part = entry.getValue();
      part.digested.flush();
      part.output.force();
      part.output.close();
      counts.put(file, part.count);
      sha256.put(file, HexFormat.of().formatHex(part.digested.getMessageDigest().digest()));
    }
    parts.clear();
  }

  private void write(String file, byte[] bytes) throws IOException {
    temporary.write(folder.resolve(file), bytes, false);
  }

  /** The head is what Hugging Face `datasets` reads; it cannot load a split without rows. */
  private static String card(Map<String, Long> counts, String body) {
    StringBuilder card = new StringBuilder("---\n");
    card.append("configs:\n- config_name: default\n  data_files:\n");
    appendSplit(card, counts, Split.TRAIN, "train");
    appendSplit(card, counts, Split.VAL, "validation");
    appendSplit(card, counts, Split.TEST, "test");
    return card.append("---\n\n").append(body.strip()).append('\n').toString();
  }

  private static void appendSplit(
      StringBuilder card, Map<String, Long> counts, Split split, String name) {
    if (counts.getOrDefault(split.file(), 0L) > 0) {
      card.append("  - split: ").append(name).append('\n');
      card.append("    path: ").append(split.file()).append('\n');
    }
  }

  @Override
  public void close() {
    try {
      for (Part part : parts.values()) {
        part.output.close();
      }
      parts.clear();
      if (!committed) {
        TemporaryFiles.deleteTree(settings.disk(), folder);
      }
    } catch (IOException e) {
      // The sweep of a later process removes it.
    }
  }
}
