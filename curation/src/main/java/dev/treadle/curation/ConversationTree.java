package dev.treadle.curation;

import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.RawJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One conversation as the gateway saw it: its exchanges, each a turn that goes on from an earlier
 * one, and what was said of them. It holds answers, and no requests.
 *
 * <p>The oldest of the turns that go on from one turn continues its branch; each other one begins a
 * branch of its own, which is named by it. So a branch's name does not move when the conversation
 * grows.
 */
final class ConversationTree {
  private final String key;

  /** By id, which sorts by time. */
  private final TreeMap<String, Turn> turns = new TreeMap<>();

  private final Map<String, Feedback> feedback = new LinkedHashMap<>();
  private final Map<String, List<Feedback>> byTurn = new HashMap<>();
  private final List<Feedback> ofWhole = new ArrayList<>();
  private final Set<String> ofNothing = new HashSet<>();
  private final Set<String> continued = new HashSet<>();

  /** One exchange. */
  static final class Turn {
    final String id;
    final Instant time;
    final Exchange.State state;
    final boolean isWanted;
    final String protocol;
    final Optional<String> conversation;
    final Optional<String> parentId;
    final Optional<String> prefix;
    final Optional<String> through;
    final Optional<RawJson> answer;
    final Optional<String> terms;
    final long ordinal;
    @Nullable Turn parent;
    String branch = "";

    Turn(Exchange it, boolean isWanted, long ordinal) {
      Optional<Exchange.ConversationMark> mark = it.conversation();
      this.id = it.id();
      this.time = it.time();
      this.state = it.state();
      this.isWanted = isWanted;
      this.protocol = it.protocol();
      this.conversation = mark.map(Exchange.ConversationMark::id);
      this.parentId = mark.flatMap(Exchange.ConversationMark::parent);
      this.prefix = mark.flatMap(Exchange.ConversationMark::prefix);
      this.through = mark.flatMap(Exchange.ConversationMark::through);
      this.answer = it.answer().flatMap(Exchange.Answer::body);
      this.terms = AnswerTerms.of(it);
      this.ordinal = ordinal;
    }

    /** From the first turn to this one. */
    List<Turn> path() {
      List<Turn> path = new ArrayList<>();
      for (Turn at = this; at != null; at = at.parent) {
        path.addFirst(at);
      }
      return path;
    }

    /** The turns of the path that are this branch's own. */
    List<Turn> own() {
      return path().stream().filter(turn -> turn.branch.equals(branch)).toList();
    }

    boolean isTurn() {
      return isWanted && state == Exchange.State.ANSWERED;
    }
  }

  /**
   * @param key under which the conversation was gathered: the hash of its name
   */
  ConversationTree(String key) {
    this.key = key;
  }

  /** Adds a revision of an exchange; a later one counts. */
  void add(Turn turn) {
    turns.put(turn.id, turn);
  }

  void add(Feedback it) {
    feedback.put(it.id(), it);
  }

  /** Puts the turns in their places, once all were added. */
  void settle() {
    List<Turn> all = turns.values().stream().filter(Turn::isTurn).toList();
    Map<String, Turn> byThrough = new HashMap<>();
    Set<String> goneOn = new HashSet<>();
    boolean hasRoot = false;
    for (Turn turn : all) {
      Turn parent = turn.parentId.map(turns::get).filter(it -> isBefore(it, turn)).orElse(null);
      parent = parent != null ? parent : turn.prefix.map(byThrough::get).orElse(null);
      turn.parent = parent;
      if (parent == null) {
        turn.branch = hasRoot ? turn.id : "";
        hasRoot = true;
      } else {
        turn.branch = goneOn.add(parent.id) ? parent.branch : turn.id;
        continued.add(parent.id);
      }
      turn.through.ifPresent(digest -> byThrough.put(digest, turn));
    }
    for (Feedback it : feedback.values()) {
      Optional<Turn> about = about(it);
      if (about.isPresent()) {
        byTurn.computeIfAbsent(about.get().id, _ -> new ArrayList<>()).add(it);
      } else if (it.exchange().isEmpty() && hasRoot) {
        ofWhole.add(it);
      } else {
        ofNothing.add(it.id());
      }
    }
  }

  private static boolean isBefore(Turn parent, Turn turn) {
    return parent.isTurn() && parent.id.compareTo(turn.id) < 0;
  }

  /** The turn that a feedback is about; a better answer is one to the last turn before it. */
  private Optional<Turn> about(Feedback it) {
    if (it.exchange().isPresent()) {
      return Optional.ofNullable(turns.get(it.exchange().get())).filter(Turn::isTurn);
    }
    if (it.correction().isEmpty() && it.demonstration().isEmpty()) {
      return Optional.empty();
    }
    return turns.values().stream()
        .filter(turn -> turn.isTurn() && !turn.time.isAfter(it.time()))
        .reduce((_, last) -> last);
  }

  Iterable<Turn> turns() {
    return turns.values();
  }

  Iterable<Feedback> feedback() {
    return feedback.values();
  }

  /** Whether there is something here that the feedback is about. */
  boolean isAbout(Feedback it) {
    return !ofNothing.contains(it.id());
  }

  /** Whether the turn ends a branch. */
  boolean isLeaf(Turn turn) {
    return turn.isTurn() && !continued.contains(turn.id);
  }

  /** What was said of a turn. */
  List<Feedback> of(Turn turn) {
    return byTurn.getOrDefault(turn.id, List.of());
  }

  /** What was said of the whole conversation. */
  List<Feedback> ofWhole() {
    return ofWhole;
  }

  /** The better answer that somebody gave for a turn's last. */
  Optional<Feedback> correction(Turn turn) {
    return of(turn).stream()
        .filter(it -> it.correction().isPresent() || it.demonstration().isPresent())
        .reduce((_, last) -> last);
  }

  /** The conversation's own name: of those that were joined, the oldest one's. */
  String name() {
    for (Turn turn : turns.values()) {
      String name = nameOf(turn);
      if (Gathering.key(name).equals(key)) {
        return name;
      }
    }
    return turns.isEmpty() ? key : nameOf(turns.firstEntry().getValue());
  }

  private static String nameOf(Turn turn) {
    return turn.conversation.orElse(turn.id);
  }
}
