package dev.treadle.transcript;

import java.util.List;

/** What a message says: a text, or a list of parts. */
public sealed interface Content {
  /** One text. */
  record Text(String text) implements Content {}

  /** Parts in order, as in OpenAI's content arrays. */
  record Parts(List<Part> parts) implements Content {
    public Parts {
      parts = List.copyOf(parts);
    }
  }

  static Content of(String text) {
    return new Text(text);
  }

  /** The texts, joined by line feeds; what is not text is left out. */
  default String plainText() {
    return switch (this) {
      case Text text -> text.text();
      case Parts parts -> {
        StringBuilder joined = new StringBuilder();
        for (Part part : parts.parts()) {
          if (part instanceof Part.Text(String text)) {
            joined.append(joined.isEmpty() ? "" : "\n").append(text);
          }
        }
        yield joined.toString();
      }
    };
  }

  /** Whether there is nothing in it. */
  default boolean isEmpty() {
    return switch (this) {
      case Text text -> text.text().isEmpty();
      case Parts parts -> parts.parts().isEmpty();
    };
  }
}
