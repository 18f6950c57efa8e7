package dev.treadle.curation;

import dev.treadle.transcript.Digest;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.ThinkingState;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a dataset as a trainer reads it: a file of rows for each part and, beside it, a {@code
 * .meta.jsonl} with the ids and origins of the rows in the same order, so that trainers' files hold
 * nothing that trainers stumble over. The folder appears whole or not at all.
 */
public final class Export {
  private final TrainerFormat format;
  private final RenderOptions options;
  private final String name;
  private final SortedMap<String, Long> rows = new TreeMap<>();
  private final SortedMap<String, Long> leftOut = new TreeMap<>();
  private final SortedMap<String, Long> losses = new TreeMap<>();
  private final Map<String, String> files = new LinkedHashMap<>();

  /**
   * What was written.
   *
   * @param rows rows by part
   * @param leftOut examples that the format cannot express, by reason
   * @param losses rows that express less than their example, by what is lost
   */
  public record Result(
      String format,
      String folder,
      SortedMap<String, Long> rows,
      SortedMap<String, Long> leftOut,
      SortedMap<String, Long> losses) {}

  /** An export of a dataset named {@code name}. */
  public Export(TrainerFormat format, RenderOptions options, String name) {
    this.format = format;
    this.options = options;
    this.name = name;
  }

  /** Gives the examples of a part. */
  @FunctionalInterface
  public interface Parts {
    /** The examples of {@code part} in order. */
    Iterator<Example> of(String part);
  }

  /**
   * Writes {@code parts} to {@code folder}.
   *
   * @param replace whether a folder that is there already may be replaced
   * @throws TreadleException if it is there and may not, or cannot be written; then nothing is left
   *     of the attempt
   */
  public Result write(Path folder, Parts parts, boolean replace) {
    ExportFolder.write(
        folder,
        replace,
        partial -> {
          for (String part : Splits.NAMES) {
            part(partial, part, parts.of(part));
          }
          if (format == TrainerFormat.LLAMA_FACTORY) {
            Files.writeString(
                partial.resolve("dataset_info.json"),
                Json.pretty(LlamaFactoryRegistry.of(files)) + "\n");
          }
        });
    return new Result(format.wire(), folder.toString(), rows, leftOut, losses);
  }

  private void part(Path folder, String part, Iterator<Example> examples) throws IOException {
    String base = format == TrainerFormat.LLAMA_FACTORY ? name + "_" + part : part;
    Path rowsFile = folder.resolve(base + ".jsonl");
    Path metaFile = folder.resolve(base + ".meta.jsonl");
    long written = 0;
    try (OutputStream rowsOut = open(rowsFile);
        OutputStream metaOut = open(metaFile)) {
      while (examples.hasNext()) {
        written += example(examples.next(), rowsOut, metaOut);
      }
    }
    if (written == 0) {
      Files.delete(rowsFile);
      Files.delete(metaFile);
      return;
    }
    rows.put(part, written);
    files.put(base, base + ".jsonl");
  }

  private int example(Example example, OutputStream rowsOut, OutputStream metaOut)
      throws IOException {
    switch (format.render(example, options)) {
      case Rendition.LeftOut out -> {
        leftOut.merge(out.reason(), 1L, Long::sum);
        return 0;
      }
      case Rendition.Rows made -> {
        made.losses().forEach(loss -> losses.merge(loss, (long) made.rows().size(), Long::sum));
        byte[] meta = Json.write(meta(example.header(), example.kind()));
        for (ObjectNode row : made.rows()) {
          rowsOut.write(Json.write(row));
          rowsOut.write('\n');
          metaOut.write(meta);
          metaOut.write('\n');
        }
        return made.rows().size();
      }
    }
  }

  private static ObjectNode meta(Header header, String kind) {
    ObjectNode meta = Json.object();
    meta.put("id", header.id().value());
    meta.put("digest", header.digest().map(Digest::value).orElse(null));
    meta.put("kind", kind);
    meta.put("source", header.source().system() + " " + header.source().key());
    meta.put("group", header.source().group());
    header.source().terms().ifPresent(terms -> meta.put("terms", terms));
    header.thinking().map(ThinkingState::wire).ifPresent(state -> meta.put("thinking", state));
    header.task().ifPresent(task -> meta.put("task", task));
    header.language().ifPresent(language -> meta.put("language", language));
    return meta;
  }

  private static OutputStream open(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
  }
}
