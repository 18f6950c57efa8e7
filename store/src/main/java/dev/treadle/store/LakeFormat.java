package dev.treadle.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file {@code FORMAT}: which version of the layout a lake has. It is written last of all. */
final class LakeFormat {
  private static final int CURRENT = 1;
  private static final int LIMIT = 4096;
  private static final Pattern CONTENT =
      Pattern.compile("\\s*\\{\\s*\"format\"\\s*:\\s*([0-9]{1,9})\\s*[,}].*", Pattern.DOTALL);

  private LakeFormat() {}

  static void create(LakeSettings settings, Layout layout) throws IOException {
    Disk disk = settings.disk();
    if (disk.exists(layout.format())) {
      throw StoreError.LAKE_EXISTS.because(
          "there is a lake in " + layout.root() + " already: open it, or choose another folder");
    }
    disk.createDirectory(layout.root());
    for (Path folder : layout.folders()) {
      disk.createDirectory(folder);
    }
    String maker = "format" + Long.toUnsignedString(settings.random().nextLong(), 36);
    try (TemporaryFiles temporary = TemporaryFiles.open(disk, layout.temporary(), maker)) {
      temporary.replace(
          layout.format(), ("{\"format\":" + CURRENT + "}\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  static void check(Disk disk, Layout layout) {
    try {
      if (!disk.exists(layout.format())) {
        throw StoreError.LAKE_ABSENT.because(
            "there is no lake in " + layout.root() + ": it has no file FORMAT");
      }
      check(
          layout,
          new String(DiskStreams.readFully(disk, layout.format(), LIMIT), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw StoreError.reading(layout.format(), e);
    }
  }

  private static void check(Layout layout, String content) {
    Matcher matcher = CONTENT.matcher(content);
    if (!matcher.matches()) {
      throw StoreError.FORMAT_BROKEN.because(
          layout.format() + " should hold {\"format\":" + CURRENT + "} and does not: restore it");
    }
    int format = Integer.parseInt(matcher.group(1));
    if (format > CURRENT) {
      throw StoreError.FORMAT_NEWER.because(
          "the lake "
              + layout.root()
              + " has format "
              + format
              + ", this program knows up to "
              + CURRENT
              + ": use a newer treadle");
    }
  }
}
