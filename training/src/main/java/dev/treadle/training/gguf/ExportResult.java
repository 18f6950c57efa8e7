package dev.treadle.training.gguf;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of an export.
 *
 * @param sourceBytes of the model's tensors
 * @param forms how many tensors have which form
 * @param fellBack tensors whose rows are no whole blocks of the form that was asked for
 * @param checkedNumbers how many were read again and compared with the model's
 * @param notes what the user should know
 */
public record ExportResult(
    Path output,
    String architecture,
    String form,
    long bytes,
    long sourceBytes,
    int tensors,
    Map<GgmlType, Integer> forms,
    int fellBack,
    int vocabulary,
    boolean hasChatTemplate,
    long checkedNumbers,
    List<String> notes) {
  public ExportResult {
    forms = Collections.unmodifiableMap(new TreeMap<>(forms));
    notes = List.copyOf(notes);
  }
}
