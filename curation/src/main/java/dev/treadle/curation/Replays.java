package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes every answer of a session a target once. Branches, forks and resumed sessions begin with
 * what another one said already; there, those answers become context. An example that has no other
 * is left out.
 */
record Replays() implements Stage.OfGroup {
  static final String NAME = "replays";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public String key(Example example) {
    return example.header().source().group();
  }

  @Override
  public Map<ExampleId, Verdict> group(String key, Iterator<Example> members) {
    List<Example> examples = new ArrayList<>();
    members.forEachRemaining(examples::add);
    examples.sort(Comparator.comparing(Seniority::of));
    Set<String> trained = new HashSet<>();
    Map<ExampleId, Verdict> verdicts = new HashMap<>();
    if (examples.size() > 1) {
      for (Example example : examples) {
        verdicts.put(example.header().id(), verdict(example, trained));
      }
    }
    return verdicts;
  }

  private static Verdict verdict(Example example, Set<String> trained) {
    List<Message> messages = new ArrayList<>(example.messages().size());
    String prefix = "";
    int replayed = 0;
    for (Message message : example.messages()) {
      prefix = Hashes.sha256((prefix + SaidText.of(message)).getBytes(StandardCharsets.UTF_8));
      boolean isReplay =
          message instanceof Message.Assistant assistant
              && assistant.train()
              && !trained.add(prefix);
      replayed += isReplay ? 1 : 0;
      messages.add(
          isReplay && message instanceof Message.Assistant answer
              ? answer.withTrain(false)
              : message);
    }
    if (replayed == 0) {
      return Verdict.KEEP;
    }
    Example changed = example.withMessages(messages);
    return Select.hasTarget(changed)
        ? new Verdict.Change(changed)
        : Verdict.drop("replayed", replayed + " answers, each a target elsewhere in the session");
  }
}
