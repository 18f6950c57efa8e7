package dev.treadle.store;

import dev.treadle.store.DatasetVersion.Split;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The dataset versions of the lake: {@code datasets/<name>/<version>/}, numbered from 1. A version
 * appears whole or not at all.
 */
public final class Datasets {
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  private final LakeSettings settings;
  private final Layout layout;
  private final @Nullable TemporaryFiles temporary;

  Datasets(LakeSettings settings, Layout layout, @Nullable TemporaryFiles temporary) {
    this.settings = settings;
    this.layout = layout;
    this.temporary = temporary;
  }

  /** Begins the next version of a dataset. */
  public DatasetDraft draft(String name) {
    Documents.checkName("dataset", name);
    return new DatasetDraft(settings, layout, TemporaryFiles.require(temporary, layout), name);
  }

  /** Every dataset that has a version. */
  public List<String> names() {
    try {
      List<String> names = new ArrayList<>();
      for (Disk.Entry entry : settings.disk().list(layout.datasets())) {
        if (entry.kind() == Disk.Kind.DIRECTORY
            && Documents.isName(entry.name())
            && !numbers(settings.disk(), layout.datasets().resolve(entry.name())).isEmpty()) {
          names.add(entry.name());
        }
      }
      return names;
    } catch (IOException e) {
      throw StoreError.reading(layout.datasets(), e);
    }
  }

  /** Every version of a dataset, the first one first, revoked ones too. */
  public List<DatasetVersion> versions(String name) {
    Path home = home(name);
    try {
      List<DatasetVersion> versions = new ArrayList<>();
      for (int number : numbers(settings.disk(), home)) {
        versions.add(DatasetVersion.open(settings.disk(), home.resolve(Integer.toString(number))));
      }
      return versions;
    } catch (IOException e) {
      throw StoreError.reading(home, e);
    }
  }

  public DatasetVersion version(String name, int number) {
    Path folder = home(name).resolve(Integer.toString(number));
    try {
      if (number < 1 || !settings.disk().exists(folder.resolve(DatasetVersion.MANIFEST))) {
        throw StoreError.VERSION_ABSENT.because(
            "there is no version " + number + " of a dataset " + name + " in this lake");
      }
      return DatasetVersion.open(settings.disk(), folder);
    } catch (IOException e) {
      throw StoreError.reading(folder, e);
    }
  }

  /** The last version that is not revoked. */
  public Optional<DatasetVersion> latest(String name) {
    return versions(name).reversed().stream().filter(v -> !v.isRevoked()).findFirst();
  }

  /** Marks a version as not to be used any more, for ever. Doing it twice changes nothing. */
  public void revoke(String name, int number, String reason) {
    DatasetVersion version = version(name, number);
    if (version.isRevoked()) {
      return;
    }
    Path mark = version.folder().resolve(DatasetVersion.REVOKED);
    Map<String, String> document =
        Map.of("reason", reason, "at", settings.clock().instant().toString());
    try {
      TemporaryFiles.require(temporary, layout).replace(mark, Documents.write(document));
    } catch (IOException e) {
      throw StoreError.writing(mark, e);
    }
  }

  /** Revokes the live versions that hold one of these records; tells how many it were. */
  int revokeHolding(Predicate<String> forgotten) throws IOException {
    int revoked = 0;
    for (String name : names()) {
      for (DatasetVersion version : versions(name)) {
        if (!version.isRevoked() && holds(version, forgotten)) {
          revoke(name, version.manifest().version(), "holds a record that was forgotten");
          revoked++;
        }
      }
    }
    return revoked;
  }

  private boolean holds(DatasetVersion version, Predicate<String> forgotten) throws IOException {
    for (Split split : Split.values()) {
      try (InputStream in = version.read(split)) {
        LineScanner scanner = new LineScanner(in, settings.limits().lineBytes(), 0);
        // Dataset lines have no checksum, so the scanner calls each of them invalid.
        while (scanner.step() == LineScanner.Step.INVALID) {
          String id = LineKeys.idOf(scanner);
          if ((id != null && forgotten.test(id)) || ExchangeIds.anyIn(scanner, forgotten)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private Path home(String name) {
    return layout.datasets().resolve(Documents.checkName("dataset", name));
  }

  /** The version numbers in a dataset's folder, in order. */
  static List<Integer> numbers(Disk disk, Path home) throws IOException {
    return disk.list(home).stream()
        .filter(entry -> entry.kind() == Disk.Kind.DIRECTORY)
        .filter(entry -> NUMBER.matcher(entry.name()).matches())
        .map(entry -> Integer.valueOf(entry.name()))
        .sorted()
        .toList();
  }
}
