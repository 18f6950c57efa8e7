package dev.treadle.app.command;

import java.nio.file.Path;
import java.util.List;

/** What a model is trained on. */
sealed interface TrainSource {
  /** Conversations of a dataset of the lake, {@code NAME} or {@code NAME/VERSION}. */
  record OfLake(String reference) implements TrainSource {}

  /** Files of chats. */
  record Chats(List<Path> files) implements TrainSource {
    public Chats {
      files = List.copyOf(files);
    }
  }

  /** Files of plain text, or folders of such. */
  record Texts(List<Path> roots) implements TrainSource {
    public Texts {
      roots = List.copyOf(roots);
    }
  }

  /** As it is named in logs and reports. */
  default String label() {
    return switch (this) {
      case OfLake it -> it.reference();
      case Chats it -> names(it.files());
      case Texts it -> names(it.roots());
    };
  }

  private static String names(List<Path> paths) {
    String first = String.valueOf(paths.getFirst().getFileName());
    return paths.size() == 1 ? first : first + " and " + (paths.size() - 1) + " more";
  }
}
