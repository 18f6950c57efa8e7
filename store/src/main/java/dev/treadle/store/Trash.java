package dev.treadle.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The blobs of the lake and those of them that lie in {@code trash/}: files named by their SHA-256.
 *
 * <p>A blob goes from one place to the other as a copy. A rename between folders is two changes, of
 * which a power cut may keep only the one that takes the name away.
 */
final class Trash {
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");

  private final Disk disk;
  private final Layout layout;

  Trash(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  static boolean isBlob(String name) {
    return NAME.matcher(name).matches();
  }

  /** Where a blob lies while it is not in the trash. */
  static Path kept(Layout layout, String sha256) {
    return layout.blobs().resolve(sha256.substring(0, 2)).resolve(sha256);
  }

  /** Where a blob lies while it is in the trash. */
  static Path thrown(Layout layout, String sha256) {
    return folder(layout).resolve(sha256);
  }

  private static Path folder(Layout layout) {
    return layout.root().resolve("trash");
  }

  /** The blobs that are not in the trash. */
  Set<String> kept() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Disk.Entry folder : disk.list(layout.blobs())) {
      if (folder.kind() == Disk.Kind.DIRECTORY) {
        addBlobs(names, layout.blobs().resolve(folder.name()), folder.name());
      }
    }
    return names;
  }

  /** The blobs that are in the trash. */
  Set<String> thrown() throws IOException {
    Set<String> names = new TreeSet<>();
    addBlobs(names, folder(layout), "");
    return names;
  }

  private void addBlobs(Set<String> names, Path folder, String prefix) throws IOException {
    for (Disk.Entry file : disk.list(folder)) {
      if (file.kind() == Disk.Kind.FILE && isBlob(file.name()) && file.name().startsWith(prefix)) {
        names.add(file.name());
      }
    }
  }

  /** Puts a blob into the trash: there is a safe copy at every moment. */
  void discard(TemporaryFiles temporary, String sha256) throws IOException {
    if (!disk.exists(folder(layout))) {
      disk.createDirectory(folder(layout));
      disk.forceDirectory(layout.root());
    }
    copy(temporary, kept(layout, sha256), thrown(layout, sha256));
    delete(kept(layout, sha256));
  }

  /** Takes a blob out of the trash: there is a safe copy at every moment. */
  void restore(TemporaryFiles temporary, String sha256) throws IOException {
    Path kept = kept(layout, sha256);
    if (disk.exists(kept)) {
      // Somebody put it again, and may not have made its name safe yet.
      disk.forceDirectory(Layout.folderOf(kept));
    } else {
      disk.createDirectory(Layout.folderOf(kept));
      copy(temporary, thrown(layout, sha256), kept);
    }
    disk.forceDirectory(layout.blobs());
    delete(thrown(layout, sha256));
  }

  void delete(String sha256) throws IOException {
    delete(thrown(layout, sha256));
  }

  private void delete(Path file) throws IOException {
    disk.delete(file);
    disk.forceDirectory(Layout.folderOf(file));
  }

  private void copy(TemporaryFiles temporary, Path from, Path to) throws IOException {
    Path written = temporary.next("blob");
    try (Disk.Output output = disk.create(written);
        InputStream in = DiskStreams.plain(disk.open(from));
        OutputStream out = DiskStreams.to(output)) {
      in.transferTo(out);
      output.force();
    } catch (IOException e) {
      temporary.deleteQuietly(written);
      throw e;
    }
    temporary.moveInto(written, to);
  }
}
