package dev.treadle.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Large parts of records, named by the SHA-256 of their bytes: {@code blobs/<2 hex>/<sha256>}. Put
 * the blob first and append the line that refers to it afterwards, within 24 hours: what no line
 * refers to is thrown into the trash, from where it is still read for as long.
 */
public final class Blobs {
  private final Disk disk;
  private final Layout layout;
  private final LakeLimits limits;
  private final @Nullable TemporaryFiles temporary;

  Blobs(Disk disk, Layout layout, LakeLimits limits, @Nullable TemporaryFiles temporary) {
    this.disk = disk;
    this.layout = layout;
    this.limits = limits;
    this.temporary = temporary;
  }

  /** Stores the bytes and gives their name; they are safe from a power cut when this returns. */
  public String put(byte[] bytes) {
    if (bytes.length > limits.blobBytes()) {
      throw StoreError.LINE_TOO_LONG.because(
          "a part of " + bytes.length + " bytes is over the limit of " + limits.blobBytes());
    }
    String sha256 = sha256(bytes);
    try {
      put(sha256, bytes);
    } catch (IOException e) {
      throw StoreError.writing(file(sha256), e);
    }
    return sha256;
  }

  private void put(String sha256, byte[] bytes) throws IOException {
    Path file = file(sha256);
    Path folder = Layout.folderOf(file);
    if (!disk.exists(file)) {
      TemporaryFiles open = TemporaryFiles.require(temporary, layout);
      disk.createDirectory(folder);
      Path written = open.next("blob");
      open.write(written, bytes, false);
      open.moveInto(written, file);
    }
    // Also for one that was there: whoever put it may have died before its name was safe.
    disk.forceDirectory(folder);
    disk.forceDirectory(layout.blobs());
  }

  /** The bytes of a blob, checked against its name. */
  public byte[] get(String sha256) {
    Path file = file(sha256);
    byte[] bytes;
    try {
      bytes = read(sha256);
    } catch (NoSuchFileException e) {
      throw StoreError.BLOB_ABSENT.because("there is no blob " + sha256 + " in this lake", e);
    } catch (IOException e) {
      throw StoreError.reading(file, e);
    }
    if (!sha256(bytes).equals(sha256)) {
      throw StoreError.DAMAGED.because(
          "the blob " + file + " does not hold what its name says: restore it from a copy");
    }
    return bytes;
  }

  /** A blob may go to the trash or come back while one looks: then it is in the other place. */
  private byte[] read(String sha256) throws IOException {
    for (Path place : new Path[] {file(sha256), Trash.thrown(layout, sha256)}) {
      try {
        return DiskStreams.readFully(disk, place, limits.blobBytes());
      } catch (NoSuchFileException e) {
        // Not there, or not any more.
      }
    }
    return DiskStreams.readFully(disk, file(sha256), limits.blobBytes());
  }

  public boolean exists(String sha256) {
    try {
      Path file = file(sha256);
      return disk.exists(file) || disk.exists(Trash.thrown(layout, sha256)) || disk.exists(file);
    } catch (IOException e) {
      throw StoreError.reading(file(sha256), e);
    }
  }

  private Path file(String sha256) {
    if (!Trash.isBlob(sha256)) {
      throw StoreError.NAME_INVALID.because(
          "a blob is named by 64 hexadecimal digits, not by: " + sha256);
    }
    return Trash.kept(layout, sha256);
  }

  static String sha256(byte[] bytes) {
    MessageDigest digest = IdTable.sha256();
    return HexFormat.of().formatHex(digest.digest(bytes));
  }
}
