package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads plain texts and code, for training on them: a file is a document, and of a {@code .jsonl}
 * file the {@code text} of each line. What is no UTF-8, or holds a zero byte, is left out and
 * counted.
 */
public final class TextReader {
  private static final int MOST_FILES = 1_000_000;
  private static final int MOST_DEPTH = 64;
  private static final long MOST_BYTES = 64 << 20;

  private TextReader() {}

  /**
   * The files at {@code roots}: each itself, or of a folder all files in and below it, in the order
   * of their names. Names that begin with a point are passed over.
   *
   * @throws TreadleException if one is not there, or if there are too many
   */
  public static List<Path> files(List<Path> roots) {
    NavigableSet<Path> files = new TreeSet<>();
    for (Path root : roots) {
      if (!Files.exists(root)) {
        throw TrainingError.FILE_ABSENT.because("there is no " + root);
      }
      try (Stream<Path> below = Files.walk(root, MOST_DEPTH)) {
        below
            .filter(it -> it.equals(root) || !isHidden(root.relativize(it)))
            .filter(Files::isRegularFile)
            .limit(MOST_FILES + 1L)
            .forEach(files::add);
      } catch (IOException e) {
        throw TrainingError.reading(root, e);
      } catch (UncheckedIOException e) {
        throw TrainingError.reading(root, new IOException(e.getMessage(), e));
      }
    }
    if (files.size() > MOST_FILES) {
      throw TrainingError.DATASET_TOO_LARGE.because("there are over " + MOST_FILES + " files");
    }
    return List.copyOf(files);
  }

  private static boolean isHidden(Path below) {
    for (Path it : below) {
      if (it.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The sequences of {@code files}.
   *
   * @throws TreadleException if one cannot be read, if there is not a single sequence, or if there
   *     are more tokens than the limit says
   */
  public static Dataset read(List<Path> files, TextEncoder encoder, LengthLimit limit) {
    DatasetDraft draft = new DatasetDraft();
    documents(
        files,
        draft,
        (where, document) -> encoder.encode(document).forEach(it -> limit.take(it, where, draft)));
    return draft.datasetOf(files);
  }

  /**
   * Gives the texts of {@code files} to a trainer of tokenizers.
   *
   * @return what was read and left out; it has no sequences
   */
  public static Dataset read(List<Path> files, BytePairTrainer trainer) {
    DatasetDraft draft = new DatasetDraft();
    documents(files, draft, (_, document) -> trainer.add(document));
    return draft.dataset();
  }

  /** What is done with a document. */
  @FunctionalInterface
  private interface Taken {
    void take(String where, String document);
  }

  private static void documents(List<Path> files, DatasetDraft draft, Taken taken) {
    for (Path file : files) {
      try {
        if (file.toString().endsWith(".jsonl")) {
          lines(file, draft, taken);
        } else {
          whole(file, draft, taken);
        }
      } catch (IOException e) {
        throw TrainingError.reading(file, e);
      }
    }
  }

  private static void whole(Path file, DatasetDraft draft, Taken taken) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw TrainingError.DATASET_TOO_LARGE.because(
          file + " has over " + MOST_BYTES + " bytes: part it into several files");
    }
    try (HashedInput in = new HashedInput(file)) {
      byte[] bytes = in.stream().readAllBytes();
      draft.file(file.toString(), in.sha256());
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf(0) >= 0) {
        draft.skip(file.toString(), new Skipped(Skip.NOT_TEXT, "there is a zero byte in it"));
      } else if (!text.isBlank()) {
        draft.example();
        taken.take(file.toString(), text);
      }
    } catch (CharacterCodingException e) {
      draft.skip(file.toString(), new Skipped(Skip.NOT_TEXT, "it is not UTF-8"));
    }
  }

  private static void lines(Path file, DatasetDraft draft, Taken taken) throws IOException {
    try (ExampleFile in = ExampleFile.open(file)) {
      for (Optional<ExampleFile.Entry> it = in.next(); it.isPresent(); it = in.next()) {
        String text = it.get().json().map(json -> json.path("text").asString("")).orElse("");
        if (text.isBlank()) {
          draft.skip(it.get().where(), new Skipped(Skip.NOT_TEXT, "there is no field text in it"));
        } else {
          draft.example();
          taken.take(it.get().where(), text);
        }
      }
      draft.file(file.toString(), in.sha256());
    }
  }
}
