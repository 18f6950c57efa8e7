package dev.treadle.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One version of a dataset: whole, and never changed again; revoked at most. */
public final class DatasetVersion {
  static final String MANIFEST = "manifest.json";
  static final String CARD = "README.md";
  static final String REVOKED = "REVOKED.json";

  private final Disk disk;
  private final Path folder;
  private final Manifest manifest;
  private final boolean revoked;

  /** A part of a dataset, and its file. */
  public enum Split {
    TRAIN,
    VAL,
    TEST;

    /** {@code train.jsonl} and so on. */
    public String file() {
      return name().toLowerCase(Locale.ROOT) + ".jsonl";
    }
  }

  /**
   * How a version came to be.
   *
   * @param recipe fingerprint of the recipe that made it
   * @param inputs what it was made from, as the maker names it
   * @param counts records in each split's file
   * @param sha256 of each file of the version
   * @param run the run that made it
   */
  public record Manifest(
      String name,
      int version,
      Instant createdAt,
      String recipe,
      List<String> inputs,
      Map<String, Long> counts,
      Map<String, String> sha256,
      String run) {
    public Manifest {
      inputs = List.copyOf(inputs);
      counts = Collections.unmodifiableMap(new TreeMap<>(counts));
      sha256 = Collections.unmodifiableMap(new TreeMap<>(sha256));
    }
  }

  private DatasetVersion(Disk disk, Path folder, Manifest manifest, boolean revoked) {
    this.disk = disk;
    this.folder = folder;
    this.manifest = manifest;
    this.revoked = revoked;
  }

  static DatasetVersion open(Disk disk, Path folder) throws IOException {
    Manifest manifest = Documents.read(disk, folder.resolve(MANIFEST), Manifest.class);
    return new DatasetVersion(disk, folder, manifest, disk.exists(folder.resolve(REVOKED)));
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Whether something in it was forgotten since: it must not be trained on any more. */
  public boolean isRevoked() {
    return revoked;
  }

  public Path folder() {
    return folder;
  }

  /** {@code <name>/<version>}. */
  public String reference() {
    return manifest.name() + "/" + manifest.version();
  }

  /** The lines of a split, one JSON object each; the caller closes it. */
  public InputStream read(Split split) {
    Path file = folder.resolve(split.file());
    try {
      return new BufferedInputStream(DiskStreams.plain(disk.open(file)), 1 << 16);
    } catch (IOException e) {
      throw StoreError.reading(file, e);
    }
  }
}
