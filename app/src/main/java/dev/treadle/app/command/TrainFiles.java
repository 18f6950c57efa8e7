package dev.treadle.app.command;

import java.nio.file.Path;
import java.util.List;

/**
 * What was written for a training in processes that somebody else starts.
 *
 * @param command that starts those of one node
 * @param notes what whoever trains should know
 */
record TrainFiles(Path output, List<String> command, List<String> notes) {
  TrainFiles {
    command = List.copyOf(command);
    notes = List.copyOf(notes);
  }
}
