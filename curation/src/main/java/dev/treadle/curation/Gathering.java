package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Gathers conversations from the log of exchanges, each of them once: every call to a model repeats
 * what was said before, so of a conversation only the last call of each branch is taken.
 *
 * <p>The log is read once and spilled by conversation. {@link ConversationLinks} then tells which
 * conversations are one, and which feedback belongs where. Each part of the spill is read twice:
 * for the turns and their answers, and for the requests of those that end a branch. So memory holds
 * the answers of one part, and one request.
 */
public final class Gathering implements Iterator<Example>, AutoCloseable {
  private static final byte EXCHANGE = 'x';
  private static final byte FEEDBACK = 'f';

  private final ExchangeSource source;
  private final Blobs blobs;
  private final KeyedLines turns;
  private final KeyedLines joined;
  private final ConversationLinks links;
  private final GatherCount exchanges = new GatherCount("exchanges");
  private final GatherCount feedback = new GatherCount("feedback");
  private final Queue<Example> ready = new ArrayDeque<>();
  private Set<String> inJoined = Set.of();
  private int part;
  private boolean readsJoined;
  private Map<Long, Wanted> wanted = Map.of();
  private Iterator<KeyedLines.Entry> entries = Collections.emptyIterator();
  private long ordinal;

  /** A turn whose request is to be read. */
  private record Wanted(ConversationTree tree, ConversationTree.Turn turn) {}

  /**
   * Reads the log; what it holds is then iterated over.
   *
   * @param exchangeLines every line of the log, all revisions, in its order
   * @param feedbackLines of the log of feedback, likewise
   * @param blobs where the texts lie that were too long for a line
   * @param scratch a folder for intermediate results, made and deleted
   */
  public Gathering(
      Recipe recipe,
      Iterator<byte[]> exchangeLines,
      Iterator<byte[]> feedbackLines,
      Blobs blobs,
      Path scratch) {
    this.source = recipe.exchanges();
    this.blobs = blobs;
    this.turns = new KeyedLines(scratch.resolve("turns"));
    this.joined = new KeyedLines(scratch.resolve("joined"));
    this.links = new ConversationLinks(scratch.resolve("links"));
    try {
      if (!source.purposes().isEmpty()) {
        exchangeLines.forEachRemaining(this::readExchange);
        feedbackLines.forEachRemaining(this::readFeedback);
        join();
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The key of a conversation's name; keys fall evenly into the parts of a spill. */
  static String key(String conversation) {
    return Hashes.sha256(conversation.getBytes(StandardCharsets.UTF_8));
  }

  private void readExchange(byte[] line) {
    Exchange it;
    try {
      it = ExchangeCodec.decode(line);
    } catch (TreadleException e) {
      exchanges.drop("unreadable");
      return;
    }
    String key = key(it.conversation().map(Exchange.ConversationMark::id).orElse(it.id()));
    if (isWanted(it) && it.state() == Exchange.State.ANSWERED) {
      turns.add(key, tagged(EXCHANGE, line));
      links.add(it, key);
    } else {
      // For the counts, and as it may be a later revision: without its bodies.
      Exchange bare = it.withBodies(Optional.empty(), Optional.empty());
      turns.add(key, tagged(EXCHANGE, ExchangeCodec.encode(bare)));
    }
  }

  private boolean isWanted(Exchange it) {
    return source.purposes().contains(it.purpose());
  }

  private void readFeedback(byte[] line) {
    Feedback it;
    try {
      it = FeedbackCodec.decode(line);
    } catch (TreadleException e) {
      feedback.drop("unreadable");
      return;
    }
    if (it.exchange().isPresent()) {
      links.addFeedback(it.exchange().get(), line);
    } else {
      turns.add(key(it.conversation().orElseThrow()), tagged(FEEDBACK, line));
    }
  }

  private static byte[] tagged(byte tag, byte[] line) {
    byte[] tagged = new byte[line.length + 1];
    tagged[0] = tag;
    System.arraycopy(line, 0, tagged, 1, line.length);
    return tagged;
  }

  private static byte[] untagged(byte[] tagged) {
    return Arrays.copyOfRange(tagged, 1, tagged.length);
  }

  private void join() {
    links.join(
        (conversation, line) -> {
          if (conversation == null) {
            feedback.drop("no_exchange");
          } else {
            turns.add(conversation, tagged(FEEDBACK, line));
          }
        });
    turns.end();
    inJoined = links.joined();
    for (int i = 0; i < KeyedLines.parts() && !inJoined.isEmpty(); i++) {
      turns
          .part(i)
          .forEachRemaining(
              entry -> {
                if (inJoined.contains(entry.key())) {
                  joined.add(links.name(entry.key()), entry.line());
                }
              });
    }
    joined.end();
  }

  /** How many records were taken and why the others were not: nothing where there were none. */
  public List<Funnel.Row> rows() {
    List<Funnel.Row> rows = new ArrayList<>();
    if (!exchanges.isEmpty()) {
      rows.add(exchanges.row());
    }
    if (!feedback.isEmpty()) {
      rows.add(feedback.row());
    }
    return rows;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty()) {
      if (entries.hasNext()) {
        read(entries.next());
      } else if (!isPartOpened()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Example next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private boolean isPartOpened() {
    if (source.purposes().isEmpty()) {
      return false;
    }
    if (part == KeyedLines.parts()) {
      if (readsJoined) {
        return false;
      }
      readsJoined = true;
      part = 0;
    }
    wanted = new HashMap<>();
    trees(part).forEach(this::want);
    entries = lines().part(part++);
    ordinal = 0;
    return true;
  }

  private KeyedLines lines() {
    return readsJoined ? joined : turns;
  }

  /** The conversations of a part, without their requests. */
  private Collection<ConversationTree> trees(int of) {
    Map<String, ConversationTree> found = new TreeMap<>();
    Iterator<KeyedLines.Entry> all = lines().part(of);
    long at = 0;
    while (all.hasNext()) {
      KeyedLines.Entry entry = all.next();
      at++;
      if (!readsJoined && inJoined.contains(entry.key())) {
        continue;
      }
      ConversationTree tree = found.computeIfAbsent(entry.key(), ConversationTree::new);
      byte[] line = untagged(entry.line());
      if (entry.line()[0] == FEEDBACK) {
        tree.add(FeedbackCodec.decode(line));
      } else {
        Exchange it = ExchangeCodec.decode(line);
        tree.add(new ConversationTree.Turn(it, isWanted(it), at));
      }
    }
    found.values().forEach(ConversationTree::settle);
    return found.values();
  }

  private void want(ConversationTree tree) {
    count(tree);
    for (ConversationTree.Turn turn : tree.turns()) {
      if (tree.isLeaf(turn) || tree.correction(turn).isPresent()) {
        wanted.put(turn.ordinal, new Wanted(tree, turn));
      }
    }
  }

  private void count(ConversationTree tree) {
    for (ConversationTree.Turn turn : tree.turns()) {
      Optional<String> reason = reason(tree, turn);
      reason.ifPresentOrElse(exchanges::drop, exchanges::take);
    }
    for (Feedback it : tree.feedback()) {
      if (!tree.isAbout(it)) {
        feedback.drop("no_exchange");
      } else if (it.correction().isPresent() || it.demonstration().isPresent()) {
        feedback.change();
      } else {
        feedback.take();
      }
    }
  }

  /** Why a turn does not end a conversation; nothing where it does. */
  private static Optional<String> reason(ConversationTree tree, ConversationTree.Turn turn) {
    if (!turn.isWanted) {
      return Optional.of("other_purpose");
    }
    return switch (turn.state) {
      case OPEN -> Optional.of("unfinished");
      case FAILED -> Optional.of("failed");
      case ABORTED -> Optional.of("aborted");
      case CANCELLED -> Optional.of("cancelled");
      case ANSWERED -> tree.isLeaf(turn) ? Optional.empty() : Optional.of("continued");
    };
  }

  private void read(KeyedLines.Entry entry) {
    Wanted it = wanted.get(++ordinal);
    if (it == null) {
      return;
    }
    byte[] line = untagged(entry.line());
    Exchange bare = ExchangeCodec.decode(line);
    Optional<String> unfit = unfit(bare);
    if (unfit.isPresent()) {
      leaveOut(it, unfit.get());
      return;
    }
    GatheredTurn gathered;
    try {
      Exchange whole = ExchangeCodec.decode(line, this::blob);
      gathered = new GatheredTurn(it.tree(), it.turn(), whole, moved(bare));
    } catch (TreadleException e) {
      leaveOut(it, "unreadable");
      return;
    }
    if (it.tree().isLeaf(it.turn())) {
      ready.add(gathered.conversation());
    }
    ready.addAll(gathered.better());
  }

  private byte[] blob(String sha256) {
    return blobs
        .bytes(sha256)
        .orElseThrow(
            () ->
                new TreadleException(
                    CurationError.BLOB_GONE, "the blob " + sha256 + " is not in the lake"));
  }

  private void leaveOut(Wanted it, String reason) {
    if (it.tree().isLeaf(it.turn())) {
      exchanges.dropTaken(reason);
    }
  }

  private static Optional<String> unfit(Exchange it) {
    if (GatheredTurn.protocol(it.protocol()).isEmpty()) {
      return Optional.of("other_protocol");
    }
    return it.request().isEmpty() || it.answer().flatMap(Exchange.Answer::body).isEmpty()
        ? Optional.of("no_body")
        : Optional.empty();
  }

  /** The names of an exchange's texts that lie beside its line. */
  private static Set<String> moved(Exchange it) {
    @Nullable JsonNode moved = it.extra().get("blobs");
    Set<String> names = new HashSet<>();
    if (moved != null) {
      moved.forEach(one -> names.add(one.path("sha256").asString("")));
    }
    return names;
  }

  @Override
  public void close() {
    try (links;
        joined) {
      turns.close();
    }
  }
}
