package dev.treadle.store.redaction;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads {@code redaction/vectors.tsv}: fixed vectors, made apart from {@link Vectors} from shapes
 * chosen by hand.
 */
final class VectorFile {
  private VectorFile() {}

  static List<Vector> read() {
    List<Vector> vectors = new ArrayList<>();
    for (String line : text("vectors.tsv").lines().toList()) {
      if (!line.startsWith("#")) {
        vectors.add(vector(line.split("\t", -1)));
      }
    }
    return vectors;
  }

  /** A resource's text, with the marks that keep scanners calm taken out. */
  static String text(String name) {
    try (InputStream in = VectorFile.class.getResourceAsStream("/redaction/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
          .replace("¦", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Vector vector(String[] fields) {
    String text = fields[2].replace('⏎', '\n');
    int start = text.indexOf('⟦');
    int end = text.indexOf('⟧') - 1;
    String plain = text.replace("⟦", "").replace("⟧", "");
    return new Vector(
        Family.valueOf(fields[0].toUpperCase(Locale.ROOT)),
        fields[1].equals("valid"),
        plain,
        start,
        end);
  }
}
