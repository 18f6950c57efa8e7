package dev.treadle.store;

import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A lake: one folder of plain files that any number of processes write at once.
 *
 * <p>Everything a process appends goes to segments of its own, so writers never meet. What a dead
 * process left is recovered by whoever opens the lake next. Closing seals what this process wrote.
 */
public final class Lake implements AutoCloseable {
  private static final int WRITER_BYTES = 6;

  private final LakeSettings settings;
  private final Layout layout;
  private final @Nullable Writing writing;
  private final RecoveryReport recovered;

  /** What only a lake that is open for writing has. */
  private record Writing(
      TemporaryFiles temporary, Sealer sealer, SealQueue sealing, LogWriter log, Amount swept) {}

  /** Files of one kind. */
  public record Amount(long count, long bytes) {
    static final Amount NOTHING = new Amount(0, 0);

    Amount and(long fileBytes) {
      return new Amount(count + 1, bytes + fileBytes);
    }
  }

  /**
   * What nobody needs any more and is or would be removed.
   *
   * @param segments of days that are older than their stream's retention
   * @param blobs that no line refers to, which were in the trash long enough
   * @param discarded blobs that no line refers to, moved to the trash
   * @param restored blobs moved back, as a line refers to them by now
   * @param tails {@code .cut} files that an earlier run saw
   * @param spills files in {@code cache/} that a query left behind
   * @param temporary folders of dead writers
   * @param due when a run will remove what this one or an earlier one put into the trash or saw
   * @param troubles why something was left
   */
  public record Garbage(
      SortedMap<Stream, Amount> segments,
      Amount blobs,
      Amount discarded,
      Amount restored,
      Amount tails,
      Amount spills,
      Amount temporary,
      Optional<Instant> due,
      List<String> troubles) {
    public Garbage {
      segments = Collections.unmodifiableSortedMap(new TreeMap<>(segments));
      troubles = List.copyOf(troubles);
    }
  }

  /**
   * What was made of the segments that dead processes left.
   *
   * @param segments how many were sealed
   * @param lines the records in them
   * @param cutSegments how many had a tail that is no record, kept in {@code .cut} files
   * @param cutBytes the length of those tails
   * @param troubles segments that could not be sealed now, with the reason; they are read as they
   *     are
   */
  public record RecoveryReport(
      int segments, long lines, int cutSegments, long cutBytes, List<String> troubles) {
    static final RecoveryReport NOTHING = new RecoveryReport(0, 0, 0, 0, List.of());

    public RecoveryReport {
      troubles = List.copyOf(troubles);
    }
  }

  private Lake(
      LakeSettings settings, Layout layout, @Nullable Writing writing, RecoveryReport recovered) {
    this.settings = settings;
    this.layout = layout;
    this.writing = writing;
    this.recovered = recovered;
  }

  /**
   * Makes a new lake in {@code root} and opens it. The folder may exist, a lake in it must not; its
   * parent must exist.
   */
  public static Lake create(Path root, LakeSettings settings) {
    Layout layout = layout(root);
    try {
      LakeFormat.create(settings, layout);
    } catch (IOException e) {
      throw StoreError.writing(root, e);
    }
    return open(root, settings);
  }

  /** Opens a lake for reading and writing, and recovers what dead processes left in it. */
  public static Lake open(Path root, LakeSettings settings) {
    Layout layout = layout(root);
    LakeFormat.check(settings.disk(), layout);
    byte[] random = new byte[WRITER_BYTES];
    settings.random().nextBytes(random);
    String writer = HexFormat.of().formatHex(random);
    try {
      return open(settings, layout, writer);
    } catch (IOException e) {
      throw StoreError.writing(root, e);
    }
  }

  private static Lake open(LakeSettings settings, Layout layout, String writer) throws IOException {
    Disk disk = settings.disk();
    for (Path folder : layout.folders()) {
      disk.createDirectory(folder);
    }
    // Whoever made the lake may have died before its own name was safe.
    disk.forceDirectory(layout.root());
    disk.forceDirectory(Layout.folderOf(layout.root()));
    Amount swept = GarbageCollection.deadWriters(disk, layout.temporary());
    TemporaryFiles.sweep(disk, layout.temporary());
    TemporaryFiles temporary = TemporaryFiles.open(disk, layout.temporary(), writer);
    Sealer sealer = new Sealer(disk, temporary, settings.limits().lineBytes());
    RecoveryReport recovered;
    try {
      recovered = new Recovery(disk, layout, sealer).run();
    } catch (IOException e) {
      temporary.close();
      throw e;
    }
    SealQueue sealing = new SealQueue(sealer, new Recovery(disk, layout, sealer)::run);
    LogWriter log = new LogWriter(settings, layout, writer, sealing);
    log.start();
    Writing writing = new Writing(temporary, sealer, sealing, log, swept);
    return new Lake(settings, layout, writing, recovered);
  }

  /** Opens a lake that this process changes nothing in, not even to recover it. */
  public static Lake openReadOnly(Path root, LakeSettings settings) {
    Layout layout = layout(root);
    LakeFormat.check(settings.disk(), layout);
    return new Lake(settings, layout, null, RecoveryReport.NOTHING);
  }

  private static Layout layout(Path root) {
    return new Layout(root.toAbsolutePath().normalize());
  }

  public Path root() {
    return layout.root();
  }

  public boolean isReadOnly() {
    return writing == null;
  }

  /** What was recovered when this lake was opened. */
  public RecoveryReport recovered() {
    return recovered;
  }

  /**
   * Appends one record that went through redaction: the bytes of one JSON object, without line
   * break. When this returns, a {@link Durability#BEFORE_ANSWER} record is safe from a power cut; a
   * {@link Durability#GROUP_COMMIT} one is when its ticket says so, a few milliseconds later.
   *
   * @throws TreadleException when the record could not be stored: then no part of it is ever read,
   *     or, where even taking it back failed, all of it; appending it again is harmless
   */
  Ticket appendLine(Stream stream, byte[] json, Durability durability) {
    Ticket ticket = enqueueLine(stream, json, durability, new Ticket());
    if (durability == Durability.BEFORE_ANSWER) {
      ticket.await();
    }
    return ticket;
  }

  /** As {@link #appendLine}, but the caller waits for the ticket, whatever the durability. */
  Ticket enqueueLine(Stream stream, byte[] json, Durability durability, Ticket ticket) {
    byte[] line = Line.encode(json, settings.limits().lineBytes());
    return writing().log().append(stream, line, durability, ticket);
  }

  /**
   * Waits until everything appended before is safe. Throws the first failure since the last flush
   * of a record whose durability was {@link Durability#GROUP_COMMIT}.
   */
  public void flush() {
    writing().log().flush();
  }

  /** Seals the segments that this process writes; later records go to new ones. */
  public void seal() {
    writing().log().endSegments();
    writing().sealing().await();
  }

  /** Takes and seals the segments that processes left which died since this lake was opened. */
  public RecoveryReport recover() {
    try {
      return new Recovery(settings.disk(), layout, writing().sealer()).run();
    } catch (IOException e) {
      throw StoreError.reading(layout.log(), e);
    }
  }

  /** Things that went wrong beside the appends and will be tried again by a later process. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>(recovered.troubles());
    Optional.ofNullable(writing).ifPresent(w -> troubles.addAll(w.sealing().troubles()));
    return troubles;
  }

  /** Every record of a stream, all revisions, in the order of the log. */
  public Lines read(Stream stream) {
    return Lines.all(settings.disk(), layout, stream, settings.limits().lineBytes());
  }

  /** The same, but only what was appended on that day of UTC or later. */
  public Lines read(Stream stream, LocalDate from) {
    return Lines.from(settings.disk(), layout, stream, settings.limits().lineBytes(), from);
  }

  /** The last revision of every id of a stream, in the order of the log. */
  public Lines latest(Stream stream) {
    return Lines.latest(settings.disk(), layout, stream, settings.limits().lineBytes());
  }

  /** What the last revision of every id of a stream says. */
  public Heads heads(Stream stream) {
    Heads heads = Heads.open(settings.disk(), layout, stream, settings.limits().lineBytes());
    return writing == null
        ? heads
        : heads.saved(writing.temporary(), settings.disk(), layout, stream);
  }

  /** How many segments a stream has, and their bytes on disk; told without reading them. */
  public Amount volume(Stream stream) {
    try {
      Amount volume = Amount.NOTHING;
      for (Segments.Found segment : Segments.list(settings.disk(), layout.stream(stream))) {
        volume = volume.and(Segments.size(settings.disk(), segment));
      }
      return volume;
    } catch (IOException e) {
      throw StoreError.reading(layout.stream(stream), e);
    }
  }

  /** The door through which examples come in, with {@code redactor} in it. */
  public ExampleLog examples(Redactor redactor) {
    writing();
    return new ExampleLog(this, Stream.EXAMPLES, redactor);
  }

  /** The door through which comparisons come in, with {@code redactor} in it. */
  public ExampleLog comparisons(Redactor redactor) {
    writing();
    return new ExampleLog(this, Stream.COMPARISONS, redactor);
  }

  /** The door through which exchanges and feedback come in, with {@code redactor} in it. */
  public ExchangeLog exchanges(Redactor redactor) {
    writing();
    return new ExchangeLog(this, redactor, settings.limits().lineBytes());
  }

  /** Large parts of records. */
  public Blobs blobs() {
    return new Blobs(settings.disk(), layout, settings.limits(), temporary());
  }

  /** Small documents, and the lake's key. */
  public State state() {
    return new State(settings, layout, temporary());
  }

  /** Dataset versions. */
  public Datasets datasets() {
    return new Datasets(settings, layout, temporary());
  }

  /** Routing policies, and which of them are live. */
  public Policies policies() {
    return new Policies(settings, layout, state(), temporary());
  }

  /** Executions of anything. */
  public Runs runs() {
    return new Runs(settings, layout, temporary());
  }

  /** Opens SQL over this lake, for reading; the caller closes it. */
  public LakeSql sql(LakeSql.Budget budget) {
    return LakeSql.open(settings, layout, budget);
  }

  /** Taking records out for good. */
  public Forgetting forgetting() {
    return new Forgetting(settings, layout, state(), writing().temporary(), datasets());
  }

  /**
   * Erases what is forgotten from every file that this process can rewrite, after it ended its own
   * segments and those of dead processes.
   */
  public Forgetting.Erasure eraseForgotten() {
    seal();
    recover();
    return forgetting().erase();
  }

  /**
   * Removes what nobody needs any more: days older than their stream's retention, blobs that no
   * line refers to, what dead processes left. Segments that are written are never touched.
   *
   * @param retention in whole days; a stream that is not in it is kept for ever
   */
  public Garbage collectGarbage(Map<Stream, Duration> retention) {
    Amount swept = writing().swept();
    return garbage(retention, writing().temporary(), swept);
  }

  /** What {@link #collectGarbage} would remove now; changes nothing. */
  public Garbage findGarbage(Map<Stream, Duration> retention) {
    try {
      Amount dead = GarbageCollection.deadWriters(settings.disk(), layout.temporary());
      return garbage(retention, null, dead);
    } catch (IOException e) {
      throw StoreError.reading(layout.temporary(), e);
    }
  }

  private Garbage garbage(
      Map<Stream, Duration> retention, @Nullable TemporaryFiles open, Amount dead) {
    try {
      return new GarbageCollection(settings, layout, state(), open, retention).run(dead);
    } catch (IOException e) {
      throw open == null
          ? StoreError.reading(layout.root(), e)
          : StoreError.writing(layout.root(), e);
    }
  }

  private @Nullable TemporaryFiles temporary() {
    return writing == null ? null : writing.temporary();
  }

  private Writing writing() {
    if (writing == null) {
      throw StoreError.READ_ONLY.because("the lake " + layout.root() + " is open for reading only");
    }
    return writing;
  }

  /** Flushes, seals what this process wrote, and ends. Throws as {@link #flush} does. */
  @Override
  public void close() {
    if (writing == null) {
      return;
    }
    try (TemporaryFiles _ = writing.temporary();
        SealQueue _ = writing.sealing();
        LogWriter _ = writing.log()) {
      // Closed in the reverse order: the log ends its segments, the queue seals them.
    }
  }
}
