package dev.treadle.curation.llamafactory;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The data files of these tests: a row or a file, its entry, and what the trainer makes of it. */
final class Cases {
  static final JsonMapper JSON = JsonMapper.shared();

  private Cases() {}

  static Stream<JsonNode> of(String file) {
    try (InputStream in = Cases.class.getResourceAsStream("/llamafactory/" + file)) {
      return JSON.readTree(Objects.requireNonNull(in, file)).valueStream();
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
  }

  static DatasetEntry entry(JsonNode one) {
    return DatasetEntry.parse(one.path("entry"));
  }

  static Stage stage(JsonNode one) {
    return one.has("stage") ? Stage.valueOf(one.path("stage").stringValue()) : Stage.of(entry(one));
  }

  static LoaderEmulator emulator(JsonNode one) {
    FileForm form =
        one.has("form") ? FileForm.valueOf(one.path("form").stringValue()) : FileForm.LINES;
    OptionalInt cutoff =
        one.has("cutoff") ? OptionalInt.of(one.path("cutoff").intValue()) : OptionalInt.empty();
    return new LoaderEmulator(entry(one), stage(one), form, cutoff);
  }

  static SortedSet<String> texts(JsonNode list) {
    SortedSet<String> texts = new TreeSet<>();
    list.forEach(text -> texts.add(text.stringValue()));
    return texts;
  }
}
