package dev.treadle.intake;

import dev.treadle.intake.ExampleSink.Kept;
import dev.treadle.intake.ImportCursors.Mark;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * One import. A file is read twice: once for its skeleton, from which the tree is made, and then
 * each conversation's lines for their texts. Memory holds the skeleton of one file and one
 * conversation.
 */
final class ClaudeCodeImport {
  private static final int MAX_RECORDS = 1_000_000;
  private static final int MAX_BRANCHES = 1_000;

  private final ClaudeCodeSessions.Options options;
  private final ExampleSink sink;
  private final Tally tally = new Tally();
  private final Map<String, Mark> marks;

  /**
   * The call that gave an agent its prompt, by the prompt's hash: sessions begin before their
   * agents' files.
   */
  private final Map<Long, String> callOfPrompt = new HashMap<>();

  private long doneBytes;
  private long totalBytes;

  ClaudeCodeImport(ClaudeCodeSessions.Options options, ExampleSink sink) {
    this.options = options;
    this.sink = sink;
    this.marks = new LinkedHashMap<>(options.cursors().files());
  }

  /** As {@link ClaudeCodeSessions#find}. */
  static ClaudeCodeSessions.Found find(List<Path> places, ImportCursors cursors) {
    int files = 0;
    long bytes = 0;
    int changed = 0;
    for (Path place : places) {
      for (SessionFiles.Found file : orNothing(place)) {
        files++;
        bytes += file.bytes();
        Mark known = cursors.files().get(file.path().toString());
        changed += known == null || !isUnchanged(known, file) ? 1 : 0;
      }
    }
    return new ClaudeCodeSessions.Found(files, bytes, changed);
  }

  private static List<SessionFiles.Found> orNothing(Path place) {
    try {
      return SessionFiles.below(place, (_, _) -> {});
    } catch (IOException e) {
      return List.of();
    }
  }

  /** As {@link ClaudeCodeSessions#read}. */
  ClaudeCodeSessions.Result read(List<Path> places) {
    List<SessionFamilies.Member> members = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    for (Path place : places) {
      for (SessionFiles.Found file : below(place)) {
        if (seen.add(file.path())) {
          head(file).ifPresent(mark -> members.add(new SessionFamilies.Member(file, mark)));
        }
      }
    }
    members.forEach(member -> totalBytes += member.file().bytes());
    for (SessionFamilies.Family family : SessionFamilies.of(members, options.cursors().files())) {
      family(family);
    }
    return new ClaudeCodeSessions.Result(tally.report(), new ImportCursors(marks));
  }

  private List<SessionFiles.Found> below(Path place) {
    if (!Files.exists(place)) {
      throw new TreadleException(
          IntakeError.SOURCE_UNREADABLE,
          place + " does not exist: name a folder of session files, such as ~/.claude/projects");
    }
    try {
      return SessionFiles.below(place, (file, problem) -> skip(file, problem));
    } catch (IOException e) {
      throw new TreadleException(
          IntakeError.SOURCE_UNREADABLE, place + " cannot be read: " + SessionFiles.reason(e), e);
    }
  }

  private void skip(Path file, String problem) {
    tally.filesSkipped++;
    tally.problem(file + ": " + problem);
  }

  private Optional<Mark> head(SessionFiles.Found file) {
    Mark known = options.cursors().files().get(file.path().toString());
    if (known != null && isUnchanged(known, file)) {
      return Optional.of(known);
    }
    try {
      return Optional.of(SessionHead.read(file));
    } catch (IOException e) {
      skip(file.path(), "cannot be read: " + SessionFiles.reason(e));
      return Optional.empty();
    }
  }

  private static boolean isUnchanged(Mark mark, SessionFiles.Found file) {
    return mark.bytes() == file.bytes() && mark.modifiedMillis() == file.modifiedMillis();
  }

  /**
   * A family is read whole if any of its files changed: which answers are replays depends on the
   * others.
   */
  private void family(SessionFamilies.Family family) {
    boolean unchanged = true;
    for (SessionFamilies.Member member : family.members()) {
      unchanged &= member.mark().equals(marks.get(member.file().path().toString()));
    }
    Set<String> answered = new HashSet<>();
    for (SessionFamilies.Member member : family.members()) {
      if (unchanged) {
        tally.filesUnchanged++;
      } else {
        file(member, family.group(), answered);
      }
      doneBytes += member.file().bytes();
      options
          .progress()
          .at(doneBytes, totalBytes, String.valueOf(member.file().path().getFileName()));
    }
  }

  private void file(SessionFamilies.Member member, String group, Set<String> answered) {
    Path path = member.file().path();
    try {
      List<SessionRecord> records = scan(path);
      SessionTree tree = new SessionTree(records);
      records.forEach(this::delegations);
      tally.filesRead++;
      tally.pairedResults += tree.pairedResults();
      tally.unpairedResults += tree.unpairedResults();
      tally.repairedParents += tree.repairedParents();
      tally.unansweredTurns += tree.unanswered();
      String session = session(path, records);
      try (LineTexts texts = new LineTexts(path)) {
        for (SessionTree.Branch branch : tree.branches(MAX_BRANCHES)) {
          branch(branch, new Place(texts, session, group), answered);
        }
      }
      marks.put(path.toString(), member.mark());
    } catch (IOException e) {
      skip(path, "cannot be read: " + SessionFiles.reason(e));
    }
  }

  private void delegations(SessionRecord record) {
    for (int i = 0; i < record.toolIds().size() && i < record.prompts().size(); i++) {
      if (record.prompts().get(i) != 0) {
        callOfPrompt.put(record.prompts().get(i), record.toolIds().get(i));
      }
    }
  }

  /** The file that a conversation lies in. */
  private record Place(LineTexts texts, String session, String group) {}

  private void branch(SessionTree.Branch branch, Place place, Set<String> answered)
      throws IOException {
    ConversationBuilder builder = new ConversationBuilder(place.texts());
    if (branch.agent() != null) {
      List<Long> prompt = branch.turns().getFirst().first.prompts();
      builder.calledBy(
          place.session(), prompt.isEmpty() ? null : callOfPrompt.get(prompt.getFirst()));
    }
    Optional<Conversation> built =
        builder.build(branch, place.session(), place.group(), options.subject(), answered);
    if (built.isEmpty()) {
      tally.replayed++;
      return;
    }
    Conversation conversation = built.get();
    tally.conversations++;
    tally.branches += branch.name() == null ? 0 : 1;
    tally.agents += branch.agent() == null ? 0 : 1;
    tally.messages += conversation.messages().size();
    tally.unansweredCalls += builder.unansweredCalls();
    Kept kept = sink.keep(conversation);
    tally.kept(kept);
    if (kept == Kept.TOO_LARGE) {
      tally.problem(
          place.session() + ": a conversation is longer than a line of the lake: not taken");
    }
  }

  /**
   * The skeletons of a file's lines; what is no record is counted, and said where it is a defect.
   */
  private List<SessionRecord> scan(Path path) throws IOException {
    List<SessionRecord> records = new ArrayList<>();
    RecordScanner scanner = new RecordScanner();
    try (LineReader lines = new LineReader(path, Json.MAX_LINE_BYTES)) {
      int number = 0;
      while (lines.next()) {
        if (number == 0 && isUtf16(lines)) {
          throw new IOException(
              "it is UTF-16, expected UTF-8: convert it with iconv -f UTF-16 -t UTF-8");
        }
        scan(path, scanner, lines, records, number);
        tally.bytesRead += lines.length() + 1L;
        number++;
      }
    }
    return records;
  }

  private void scan(
      Path path, RecordScanner scanner, LineReader lines, List<SessionRecord> records, int number)
      throws IOException {
    if (lines.tooLong()) {
      tally.line("skipped:too_long");
      tally.problem(
          path
              + ":"
              + (number + 1)
              + ": longer than "
              + (Json.MAX_LINE_BYTES >> 20)
              + " MiB: passed over");
      return;
    }
    int skipped = number == 0 ? byteOrderMark(lines) : 0;
    if (isBlank(lines, skipped)) {
      tally.line("blank");
      return;
    }
    if (records.size() >= MAX_RECORDS) {
      throw new IOException("more than " + MAX_RECORDS + " records: split it at a line");
    }
    try {
      SessionRecord record =
          scanner.scan(
              number,
              lines.offset() + skipped,
              lines.buffer(),
              lines.from() + skipped,
              lines.length() - skipped);
      // The tree counts by position, the report by line: they differ where lines were passed over.
      records.add(record.at(records.size()));
      tally.line(record.type());
    } catch (JacksonException e) {
      boolean torn = !lines.complete();
      tally.line(torn ? "skipped:truncated" : "skipped:not_json");
      tally.problem(
          path
              + ":"
              + (number + 1)
              + (torn
                  ? ": truncated: read again once it is complete"
                  : ": not JSON: " + e.getOriginalMessage()));
    }
  }

  private static boolean isBlank(LineReader line, int skipped) {
    for (int i = line.from() + skipped; i < line.from() + line.length(); i++) {
      if (line.buffer()[i] > ' ' || line.buffer()[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private static int byteOrderMark(LineReader line) {
    byte[] buffer = line.buffer();
    int from = line.from();
    boolean isMark =
        line.length() >= 3
            && buffer[from] == (byte) 0xEF
            && buffer[from + 1] == (byte) 0xBB
            && buffer[from + 2] == (byte) 0xBF;
    return isMark ? 3 : 0;
  }

  private static boolean isUtf16(LineReader line) {
    if (line.length() < 2) {
      return false;
    }
    int first = line.buffer()[line.from()] & 0xFF;
    int second = line.buffer()[line.from() + 1] & 0xFF;
    return (first == 0xFF && second == 0xFE)
        || (first == 0xFE && second == 0xFF)
        || (first == '{' && second == 0)
        || (first == 0 && second == '{');
  }

  /** What names the session: the file's name, if the records say so too, else what they say. */
  private static String session(Path path, List<SessionRecord> records) {
    String stem = SessionHead.stem(path);
    String first = null;
    for (SessionRecord record : records) {
      if (stem.equals(record.sessionId())) {
        return stem;
      }
      first = first == null ? record.sessionId() : first;
    }
    return first == null ? stem : first;
  }
}
