package dev.treadle.curation;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a trainer's format makes of an example: rows, or a reason why it is left out. */
public sealed interface Rendition {
  /**
   * Rows of the format.
   *
   * @param rows one or more
   * @param losses codes of what the format could not hold, each once, in alphabetical order ({@code
   *     docs/formats.md})
   */
  record Rows(List<ObjectNode> rows, List<String> losses) implements Rendition {
    public Rows {
      rows = List.copyOf(rows);
      losses = List.copyOf(losses);
    }
  }

  /**
   * Nothing, because the trainer would drop or mangle it.
   *
   * @param reason a code ({@code docs/formats.md})
   */
  record LeftOut(String reason) implements Rendition {}
}
