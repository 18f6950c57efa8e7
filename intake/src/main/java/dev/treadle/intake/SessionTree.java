package dev.treadle.intake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tree of one session file, and its branches.
 *
 * <p>Lines point to their parent line. Four things make that graph differ from the conversation,
 * and are undone here:
 *
 * <ul>
 *   <li>One assistant message is several lines with one {@code message.id}: they are one turn.
 *   <li>Calls that ran side by side each begin a chain of their own, of which the conversation
 *       follows one: a result belongs to the turn that called, whatever its own parent is, and is
 *       never a branch.
 *   <li>Lines that are no messages (progress, hooks, reminders) stand between messages: the path
 *       goes through them.
 *   <li>A parent may be missing: the line that held it was broken, or the file has no parents at
 *       all. Then the line before takes its place, within the same chain (the main one, or an
 *       agent's).
 * </ul>
 *
 * What remains with several children is a rewind by the person. The first child continues the
 * session; a later one is a branch and named by itself. Files only grow, so neither name ever
 * changes, which keeps an example's id while its session is still being written. A part that no
 * assistant answered is not a branch.
 */
final class SessionTree {
  private static final String MAIN = "";

  /** Where one conversation ends, and what it is called within its session. */
  record Branch(@Nullable String agent, @Nullable String name, List<Turn> turns) {}

  private final List<SessionRecord> records;
  private final Map<String, Integer> byUuid = new HashMap<>();
  private final Map<String, Turn> byMessage = new HashMap<>();
  private final Map<String, Turn> byCall = new HashMap<>();
  private final @Nullable Turn[] turnOf;
  private final @Nullable Turn[] nearest;
  private final int[] parentOf;
  private final String[] chainOf;
  private final List<Turn> turns = new ArrayList<>();
  private final Map<String, List<Turn>> roots = new HashMap<>();
  private int unpairedResults;
  private int pairedResults;
  private int repairedParents;

  SessionTree(List<SessionRecord> records) {
    this.records = records;
    this.turnOf = new Turn[records.size()];
    this.nearest = new Turn[records.size()];
    this.parentOf = new int[records.size()];
    this.chainOf = new String[records.size()];
    link();
    makeTurns();
    connect();
    markAnswered();
  }

  int unpairedResults() {
    return unpairedResults;
  }

  int pairedResults() {
    return pairedResults;
  }

  int repairedParents() {
    return repairedParents;
  }

  /** Every line's parent line, and the chain that it is in. */
  private void link() {
    for (int i = 0; i < records.size(); i++) {
      String uuid = records.get(i).uuid();
      if (uuid != null) {
        byUuid.putIfAbsent(uuid, i);
      }
    }
    boolean hasParents = hasParents();
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < records.size(); i++) {
      SessionRecord record = records.get(i);
      Integer parent = record.parentUuid() == null ? null : byUuid.get(record.parentUuid());
      chainOf[i] = chain(record, i, parent);
      parentOf[i] = parent(record, i, parent, hasParents, last.get(chainOf[i]));
      if (record.uuid() != null || record.isMessage()) {
        last.put(chainOf[i], i);
      }
    }
  }

  /**
   * Whether the file says what follows what. Told by its first answer alone, so that the same is
   * told while it grows: an answer always follows something.
   */
  private boolean hasParents() {
    boolean begun = false;
    for (SessionRecord record : records) {
      boolean answers =
          record.kind() == RecordKind.ASSISTANT || record.kind() == RecordKind.TOOL_RESULT;
      if (begun && answers) {
        return record.parentUuid() != null;
      }
      begun |= record.isMessage();
    }
    return true;
  }

  /**
   * The main chain, or the agent's; an agent of an older version, which has no id, is called after
   * its first line.
   */
  private String chain(SessionRecord record, int index, @Nullable Integer parent) {
    if (!record.sidechain()) {
      return MAIN;
    }
    if (record.agentId() != null) {
      return record.agentId();
    }
    if (parent != null && parent < index && !chainOf[parent].equals(MAIN)) {
      return chainOf[parent];
    }
    if (parent == null && record.parentUuid() != null) {
      return index > 0 && !chainOf[index - 1].equals(MAIN) ? chainOf[index - 1] : "sidechain";
    }
    return record.uuid() != null ? record.uuid() : "sidechain";
  }

  private int parent(
      SessionRecord record,
      int index,
      @Nullable Integer parent,
      boolean hasParents,
      @Nullable Integer before) {
    if (parent != null && parent < index && chainOf[parent].equals(chainOf[index])) {
      return parent;
    }
    if (before == null) {
      return -1;
    }
    boolean answers =
        record.kind() == RecordKind.ASSISTANT || record.kind() == RecordKind.TOOL_RESULT;
    if (record.parentUuid() == null && hasParents && !answers) {
      return -1;
    }
    if (record.isMessage()) {
      repairedParents++;
    }
    return before;
  }

  private void makeTurns() {
    for (int i = 0; i < records.size(); i++) {
      SessionRecord record = records.get(i);
      switch (record.kind()) {
        case ASSISTANT -> assistant(i, record);
        case TOOL_RESULT -> result(i, record);
        case USER_TEXT -> turn(i, new Turn(record, false));
        case COMMAND -> {
          if (startsPrompt(i)) {
            turn(i, new Turn(record, false));
          }
        }
        case COMMAND_OUTPUT, INTERRUPTION, META, COMPACTION, API_ERROR, OTHER -> {}
      }
    }
  }

  /**
   * Whether a command was expanded to a prompt that the model got: then what was typed stands for
   * it.
   */
  private boolean startsPrompt(int index) {
    for (int next = index + 1; next < Math.min(records.size(), index + 4); next++) {
      SessionRecord record = records.get(next);
      if (parentOf[next] == index || record.isMessage()) {
        return record.kind() == RecordKind.META;
      }
    }
    return false;
  }

  private void assistant(int index, SessionRecord record) {
    String key = record.messageId() == null ? null : chainOf[index] + "\n" + record.messageId();
    Turn turn = key == null ? null : byMessage.get(key);
    if (turn == null) {
      turn = new Turn(record, true);
      turn(index, turn);
      if (key != null) {
        byMessage.put(key, turn);
      }
    } else if (!isReplay(record)) {
      turn.lines.add(record);
    }
    turnOf[index] = turn;
    for (String call : record.toolIds()) {
      byCall.putIfAbsent(call, turn);
    }
  }

  /** Whether the line stands in the file a second time. */
  private boolean isReplay(SessionRecord record) {
    Integer first = record.uuid() == null ? null : byUuid.get(record.uuid());
    return first != null && first < record.index();
  }

  private void result(int index, SessionRecord record) {
    Turn owner = null;
    for (String call : record.toolIds()) {
      Turn caller = byCall.get(call);
      if (caller == null) {
        unpairedResults++;
      } else {
        pairedResults++;
        caller.results.putIfAbsent(call, record);
        owner = caller;
      }
    }
    turnOf[index] = owner;
    if (record.hasText()) {
      Turn written = new Turn(record, false);
      if (owner != null) {
        written.parent = owner;
      }
      turn(index, written);
    }
  }

  private void turn(int index, Turn turn) {
    turnOf[index] = turn;
    turns.add(turn);
  }

  /** Every turn's parent turn: the first line above its own that belongs to another turn. */
  private void connect() {
    for (int i = 0; i < records.size(); i++) {
      Turn turn = turnOf[i];
      nearest[i] = turn != null ? turn : above(i);
    }
    for (Turn turn : turns) {
      int at = turn.first.index();
      if (turn.parent == null) {
        turn.parent = above(at);
      }
      if (turn.parent == null) {
        roots.computeIfAbsent(chainOf[at], _ -> new ArrayList<>()).add(turn);
      } else {
        turn.parent.children.add(turn);
      }
    }
    for (int i = 0; i < records.size(); i++) {
      if (records.get(i).kind() == RecordKind.INTERRUPTION) {
        Turn interrupted = above(i);
        if (interrupted != null) {
          interrupted.interrupted = true;
        }
      }
    }
  }

  /** The turn that the line's nearest message above it belongs to. */
  private @Nullable Turn above(int index) {
    return parentOf[index] < 0 ? null : nearest[parentOf[index]];
  }

  private void markAnswered() {
    for (Turn turn : turns.reversed()) {
      turn.answered |= turn.assistant;
      if (turn.answered && turn.parent != null) {
        turn.parent.answered = true;
      }
    }
  }

  /** The conversations of the session in the order in which their chains and branches begin. */
  List<Branch> branches(int most) {
    List<Branch> branches = new ArrayList<>();
    roots.entrySet().stream()
        .sorted((a, b) -> Integer.compare(start(a.getValue()), start(b.getValue())))
        .forEach(
            chain -> {
              String agent = chain.getKey().equals(MAIN) ? null : chain.getKey();
              Deque<Turn> heads = new ArrayDeque<>();
              push(heads, chain.getValue());
              String name = null;
              while (!heads.isEmpty() && branches.size() < most) {
                Turn head = heads.pop();
                List<Turn> path = path(follow(head, heads));
                branches.add(new Branch(agent, name == null ? null : head.name(), path));
                name = head.name();
              }
            });
    return branches;
  }

  private static int start(List<Turn> turns) {
    return turns.getFirst().first.index();
  }

  /** Goes down along the first answered children and leaves the others for later, nearest first. */
  private static Turn follow(Turn head, Deque<Turn> later) {
    Turn at = head;
    while (true) {
      List<Turn> next = at.children.stream().filter(child -> child.answered).toList();
      if (next.isEmpty()) {
        return at;
      }
      push(later, next.subList(1, next.size()));
      at = next.getFirst();
    }
  }

  private static void push(Deque<Turn> heads, List<Turn> turns) {
    for (Turn turn : turns.reversed()) {
      if (turn.answered) {
        heads.push(turn);
      }
    }
  }

  private static List<Turn> path(Turn leaf) {
    List<Turn> path = new ArrayList<>();
    for (Turn at = leaf; at != null; at = at.parent) {
      path.add(at);
    }
    return path.reversed();
  }

  /** How many turns of a person nobody answered. */
  int unanswered() {
    int unanswered = 0;
    for (Turn turn : turns) {
      unanswered += turn.answered ? 0 : 1;
    }
    return unanswered;
  }
}
