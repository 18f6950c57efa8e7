package dev.treadle.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps no promise it did not give. At the chosen operation the power goes:
 * that operation happens in part, every later one fails. {@link #afterCut} then gives the disk that
 * the next process finds:
 *
 * <ul>
 *   <li>of every file, the forced bytes; of the others any subset of its 512-byte sectors, in any
 *       order, the rest zeros, and any length in between;
 *   <li>of every folder, the forced names; of the later creations, renames and deletions any
 *       subset.
 * </ul>
 *
 * <p>Operations can also be made to fail with an I/O error. After a failed force the unforced bytes
 * are lost for good although a later force succeeds: what Linux does.
 *
 * <p>Over 400 lines: one model of one disk is easier to trust in one place.
 */
// Long because a disk that lies must answer every operation of the port, in one place.
public final class PowerCutDisk implements Disk {
  private static final int SECTOR = 512;

  private final Random random;
  private final Folder root;
  private final Map<Move, Boolean> moves = new HashMap<>();
  private final Set<Path> locked = new HashSet<>();
  private long operations;
  private long cutAt = Long.MAX_VALUE;
  private long failAt = Long.MAX_VALUE;
  private @Nullable String failure;
  private boolean dead;

  private sealed interface Node {}

  private static final class Folder implements Node {
    final Map<String, Node> names = new TreeMap<>();
    final List<Change> unforced = new ArrayList<>();
    final Map<String, Node> forced = new TreeMap<>();
  }

  private static final class Data implements Node {
    byte[] bytes = new byte[0];
    int length;
    byte[] forced = new byte[0];

    /** Ranges that a failed force lost: pairs of from and to. */
    final List<int[]> lost = new ArrayList<>();
  }

  /**
   * A change of one name. A rename within a folder is one change; one of a file between folders is
   * two, of which either may survive, so that the file has two names or none; one of a folder
   * between folders shares its fate, as in every journaling file system.
   */
  private static final class Change {
    final String name;
    final @Nullable Node node;
    final @Nullable String removed;
    @Nullable Move move;

    Change(String name, @Nullable Node node, @Nullable String removed) {
      this.name = name;
      this.node = node;
      this.removed = removed;
    }

    void apply(Map<String, Node> names) {
      if (node == null) {
        names.remove(name);
      } else {
        names.put(name, node);
      }
      if (removed != null) {
        names.remove(removed);
      }
    }
  }

  /** Both halves of a folder's move. */
  private record Move(Folder source, Change removal, Folder target, Change addition) {
    /** Forcing one folder makes both halves safe. */
    void force() {
      force(source, removal);
      force(target, addition);
    }

    /** With a change, what happened to the same name before it is settled too. */
    private static void force(Folder folder, Change change) {
      change.apply(folder.forced);
      int index = folder.unforced.indexOf(change);
      if (index >= 0) {
        folder.unforced.subList(0, index + 1).removeIf(c -> c.name.equals(change.name));
      }
    }
  }

  public PowerCutDisk(long seed) {
    this(seed, new Folder());
  }

  private PowerCutDisk(long seed, Folder root) {
    this.random = new Random(seed);
    this.root = root;
  }

  /** Cuts the power in the course of the operation of this number, counted from 0. */
  public synchronized PowerCutDisk cutAt(long operation) {
    cutAt = operation;
    return this;
  }

  /** Lets the operation of this number fail, once. */
  public synchronized PowerCutDisk failAt(long operation, String message) {
    failAt = operation;
    failure = message;
    return this;
  }

  /** How many operations that change something there were. */
  public synchronized long operations() {
    return operations;
  }

  public synchronized boolean isCut() {
    return dead;
  }

  /** Cuts the power now, unless it is off already, and gives what survived. */
  public synchronized PowerCutDisk afterCut(long seed) {
    dead = true;
    Random fate = new Random(seed);
    moves.clear();
    return new PowerCutDisk(fate.nextLong(), (Folder) survivor(root, fate, new HashMap<>()));
  }

  private Node survivor(Node node, Random fate, Map<Node, Node> known) {
    Node before = known.get(node);
    if (before != null) {
      return before;
    }
    switch (node) {
      case Data data -> {
        Data after = survivingData(data, fate);
        known.put(node, after);
        return after;
      }
      case Folder folder -> {
        Folder after = new Folder();
        known.put(node, after);
        survivingNames(folder, fate)
            .forEach((name, child) -> after.forced.put(name, survivor(child, fate, known)));
        after.names.putAll(after.forced);
        return after;
      }
    }
  }

  private Map<String, Node> survivingNames(Folder folder, Random fate) {
    Map<String, Node> names = new TreeMap<>(folder.forced);
    int fashion = fate.nextInt(4);
    for (Change change : folder.unforced) {
      boolean chosen =
          switch (fashion) {
            case 0 -> false;
            case 1 -> true;
            default -> fate.nextBoolean();
          };
      if (change.move == null ? chosen : moves.computeIfAbsent(change.move, _ -> chosen)) {
        change.apply(names);
      }
    }
    return names;
  }

  private static Data survivingData(Data data, Random fate) {
    int fashion = fate.nextInt(4);
    int shortest = Math.min(data.forced.length, data.length);
    int longest = Math.max(data.forced.length, data.length);
    int length =
        switch (fashion) {
          case 0 -> data.forced.length;
          case 1 -> data.length;
          default -> shortest + (longest == shortest ? 0 : fate.nextInt(longest - shortest + 1));
        };
    byte[] bytes = new byte[length];
    for (int from = 0; from < length; from += SECTOR) {
      int to = Math.min(from + SECTOR, length);
      boolean isNew = fashion == 1 || (fashion != 0 && fate.nextInt(4) > 0);
      byte[] source = isNew ? data.bytes : data.forced;
      int available = isNew ? data.length : data.forced.length;
      if (from < available) {
        System.arraycopy(source, from, bytes, from, Math.min(to, available) - from);
      }
      // A sector that was forced and not rewritten since is what it was.
      int safe = Math.min(to, shortest);
      if (safe > from) {
        System.arraycopy(data.forced, from, bytes, from, safe - from);
      }
    }
    Data after = new Data();
    after.bytes = bytes.clone();
    after.length = length;
    after.forced = bytes;
    return after;
  }

  // ---- the port

  @Override
  public synchronized void createDirectory(Path directory) throws IOException {
    if (find(directory) instanceof Folder) {
      read();
      return;
    }
    change();
    put(directory, new Folder());
    completed();
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    Folder folder = folder(directory);
    change();
    if (!dead) {
      for (Change change : List.copyOf(folder.unforced)) {
        if (change.move != null) {
          change.move.force();
        }
      }
      folder.forced.clear();
      folder.forced.putAll(folder.names);
      folder.unforced.clear();
    }
    completed();
  }

  @Override
  public synchronized Output create(Path file) throws IOException {
    change();
    if (find(file) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Data data = new Data();
    put(file, data);
    completed();
    return new DataOutput(data);
  }

  @Override
  public Output createPrivate(Path file) throws IOException {
    return create(file);
  }

  @Override
  public synchronized Input open(Path file) throws IOException {
    read();
    if (!(find(file) instanceof Data data)) {
      throw new NoSuchFileException(file.toString());
    }
    return new DataInput(data);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    change();
    Node node = find(from);
    if (node == null) {
      throw new NoSuchFileException(from.toString());
    }
    Node there = find(to);
    boolean replaces = node instanceof Data ? there instanceof Folder : there != null;
    if (replaces) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Folder source = folder(Layout.folderOf(from));
    Folder target = folder(Layout.folderOf(to));
    source.names.remove(name(from));
    target.names.put(name(to), node);
    if (source == target) {
      target.unforced.add(new Change(name(to), node, name(from)));
    } else {
      Change removal = new Change(name(from), null, null);
      Change addition = new Change(name(to), node, null);
      source.unforced.add(removal);
      target.unforced.add(addition);
      if (node instanceof Folder) {
        removal.move = new Move(source, removal, target, addition);
        addition.move = removal.move;
      }
    }
    completed();
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    Node node = find(path);
    if (node == null) {
      read();
      return;
    }
    change();
    if (node instanceof Folder folder && !folder.names.isEmpty()) {
      throw new IOException("folder is not empty: " + path);
    }
    Folder parent = folder(Layout.folderOf(path));
    parent.names.remove(name(path));
    parent.unforced.add(new Change(name(path), null, null));
    completed();
  }

  @Override
  public synchronized List<Entry> list(Path directory) throws IOException {
    read();
    if (!(find(directory) instanceof Folder folder)) {
      return List.of();
    }
    return folder.names.entrySet().stream()
        .map(e -> new Entry(e.getKey(), e.getValue() instanceof Data ? Kind.FILE : Kind.DIRECTORY))
        .toList();
  }

  @Override
  public synchronized boolean exists(Path path) throws IOException {
    read();
    return find(path) != null;
  }

  @Override
  public synchronized Optional<Lock> tryLock(Path file) throws IOException {
    if (!(find(file) instanceof Data)) {
      change();
      put(file, new Data());
      completed();
    }
    read();
    if (!locked.add(file)) {
      return Optional.empty();
    }
    return Optional.of(
        () -> {
          synchronized (this) {
            locked.remove(file);
          }
        });
  }

  /** Lets go of every lock, as the system does when a process dies. */
  public synchronized void releaseLocks() {
    locked.clear();
  }

  private final class DataOutput implements Output {
    private final Data data;

    DataOutput(Data data) {
      this.data = data;
    }

    @Override
    public int append(ByteBuffer from) throws IOException {
      synchronized (PowerCutDisk.this) {
        int length = from.remaining();
        boolean fails = isNext(failAt);
        boolean partly = fails || isNext(cutAt) || random.nextInt(8) == 0;
        int count = partly ? Math.max(1, random.nextInt(length + 1)) : length;
        read();
        ByteBuffer part = from.slice(from.position(), count);
        if (data.length + count > data.bytes.length) {
          data.bytes =
              Arrays.copyOf(data.bytes, Math.max(2 * data.bytes.length, data.length + count));
        }
        part.get(data.bytes, data.length, count);
        data.length += count;
        change();
        completed();
        from.position(from.position() + count);
        return count;
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (PowerCutDisk.this) {
        boolean fails = isNext(failAt);
        if (fails) {
          data.lost.add(new int[] {data.forced.length, data.length});
        }
        change();
        if (!dead) {
          data.forced = Arrays.copyOf(data.bytes, data.length);
          for (int[] range : data.lost) {
            int to = Math.min(range[1], data.forced.length);
            Arrays.fill(data.forced, Math.min(range[0], to), to, (byte) 0);
          }
        }
        completed();
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      synchronized (PowerCutDisk.this) {
        change();
        data.length = (int) Math.min(length, data.length);
        completed();
      }
    }

    @Override
    public void close() {}
  }

  private final class DataInput implements Input {
    private final Data data;

    DataInput(Data data) {
      this.data = data;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      synchronized (PowerCutDisk.this) {
        PowerCutDisk.this.read();
        if (position >= data.length) {
          return -1;
        }
        int count = (int) Math.min(into.remaining(), data.length - position);
        into.put(data.bytes, (int) position, count);
        return count;
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (PowerCutDisk.this) {
        PowerCutDisk.this.read();
        return data.length;
      }
    }

    @Override
    public void close() {}
  }

  // ---- fate

  private boolean isNext(long operation) {
    return operations == operation;
  }

  private void read() throws IOException {
    if (dead) {
      throw new IOException("the power is off");
    }
  }

  /** Counts an operation. The one of the cut still changes what is not forced, then fails. */
  private void change() throws IOException {
    read();
    long number = operations++;
    if (number == failAt) {
      throw new IOException(failure);
    }
    if (number == cutAt) {
      dead = true;
    }
  }

  private void completed() throws IOException {
    read();
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private @Nullable Node find(Path path) {
    Node node = root;
    for (Path part : path) {
      if (!(node instanceof Folder folder)) {
        return null;
      }
      node = folder.names.get(part.toString());
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private Folder folder(Path path) throws IOException {
    if (find(path) instanceof Folder folder) {
      return folder;
    }
    throw new NoSuchFileException(path.toString());
  }

  private void put(Path path, Node node) throws IOException {
    Folder parent = folder(Layout.folderOf(path));
    parent.names.put(name(path), node);
    parent.unforced.add(new Change(name(path), node, null));
  }
}
