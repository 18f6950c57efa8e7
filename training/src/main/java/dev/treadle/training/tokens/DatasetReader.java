package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads datasets of chats into sequences. A line that cannot be learned from is left out, counted
 * and noted with its place; only a dataset of which nothing remains is an error.
 *
 * <p>Lines are encoded by several threads, a bounded share of the file at a time, and taken in
 * their order: the result does not depend on how many threads there are.
 */
public final class DatasetReader {
  private static final int SHARE_LINES = 256;
  private static final long SHARE_BYTES = 16 << 20;

  private final ChatReader chats;
  private final ChatEncoder encoder;
  private final LengthLimit limit;

  public DatasetReader(ChatReader chats, ChatEncoder encoder, LengthLimit limit) {
    this.chats = chats;
    this.encoder = encoder;
    this.limit = limit;
  }

  /** A line and what it became. */
  private record Result(String where, Encoded encoded) {}

  /**
   * The sequences of {@code files}: examples of a lake, chats in the usual forms ({@link
   * ChatReader}), a JSON object a line or an array of them.
   *
   * @throws TreadleException if one cannot be read, if there is not a single sequence, or as the
   *     limit says
   */
  public Dataset read(List<Path> files) {
    DatasetDraft draft = new DatasetDraft();
    for (Path file : files) {
      try (ExampleFile in = ExampleFile.open(file)) {
        for (List<ExampleFile.Entry> it = share(in); !it.isEmpty(); it = share(in)) {
          it.parallelStream().map(this::encoded).toList().forEach(result -> take(result, draft));
        }
        draft.file(file.toString(), in.sha256());
      } catch (IOException e) {
        throw TrainingError.reading(file, e);
      }
    }
    return draft.datasetOf(files);
  }

  private static List<ExampleFile.Entry> share(ExampleFile in) throws IOException {
    List<ExampleFile.Entry> share = new ArrayList<>();
    long bytes = 0;
    while (share.size() < SHARE_LINES && bytes < SHARE_BYTES) {
      Optional<ExampleFile.Entry> it = in.next();
      if (it.isEmpty()) {
        break;
      }
      share.add(it.get());
      bytes += it.get().bytes().length;
    }
    return share;
  }

  private Result encoded(ExampleFile.Entry entry) {
    Optional<JsonNode> json = entry.json().filter(JsonNode::isObject);
    Encoded encoded =
        json.isEmpty()
            ? new Skipped(Skip.NOT_JSON, "no JSON object, or one that is too long")
            : switch (chats.read(json.get())) {
              case Chat it -> encoder.encode(it);
              case Skipped it -> it;
            };
    return new Result(entry.where(), encoded);
  }

  private void take(Result result, DatasetDraft draft) {
    switch (result.encoded()) {
      case Skipped it -> draft.skip(result.where(), it);
      case Encoded.Sequences it -> {
        draft.example();
        it.sequences().forEach(sequence -> limit.take(sequence, result.where(), draft));
      }
    }
  }
}
