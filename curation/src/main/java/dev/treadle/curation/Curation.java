package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Header.LineageStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs a recipe: examples in, the parts of a dataset out, with the count of every stage.
 *
 * <p>Stages that look at each example are run one after the other on it; before a stage that looks
 * at groups, the examples are spilled to disk by its key. Memory holds one part of a spill, never
 * the whole. The result is in the order of the ids, which are hashes: it does not depend on the
 * order of what comes in, and needs no shuffling.
 */
public final class Curation {
  /** The last row of the funnel: near-duplicates of what is held out. */
  public static final String HELD_OUT = "held-out";

  private final Recipe recipe;
  private final Splits splits;
  private final Path scratch;
  private final List<LineageStep> lineage;
  private final List<StageCount> counts;
  private final StageCount heldOut = new StageCount(HELD_OUT);
  private final Trace trace = new Trace();

  /** What a run gives beside the examples. */
  public record Result(Funnel funnel, Map<String, Long> parts, List<ObjectNode> trace) {}

  /** Takes the examples of the dataset. */
  @FunctionalInterface
  public interface Sink {
    /** The next example of the part named {@code part}. */
    void add(String part, Example example);
  }

  /**
   * @param scratch a folder for intermediate results, made and deleted by the run
   */
  public Curation(Recipe recipe, Splits splits, Path scratch) {
    this.recipe = recipe;
    this.splits = splits;
    this.scratch = scratch;
    this.lineage = recipe.steps().stream().map(Recipe.Step::lineage).toList();
    this.counts = recipe.steps().stream().map(step -> new StageCount(step.stage().name())).toList();
  }

  /** Runs the recipe over {@code examples}, each of them once; to be called once. */
  public Result run(Iterator<Example> examples, Sink sink) {
    int next = nextGroup(0);
    Spill spill = new Spill(scratch.resolve("0"));
    try {
      int from = 0;
      while (examples.hasNext()) {
        push(examples.next(), from, next, spill);
      }
      while (next < recipe.steps().size()) {
        int group = next;
        from = group + 1;
        next = nextGroup(from);
        Spill into = new Spill(scratch.resolve(String.valueOf(from)));
        try {
          group(spill, group, next, into);
        } catch (RuntimeException e) {
          into.close();
          throw e;
        }
        spill.close();
        spill = into;
      }
      return parts(spill, sink);
    } finally {
      spill.close();
    }
  }

  private int nextGroup(int from) {
    for (int step = from; step < recipe.steps().size(); step++) {
      if (recipe.steps().get(step).stage() instanceof Stage.OfGroup) {
        return step;
      }
    }
    return recipe.steps().size();
  }

  /**
   * Takes an example through the stages from {@code from} up to the group stage {@code until}, and
   * into its spill.
   */
  private void push(Example example, int from, int until, Spill into) {
    Optional<Example> at = Optional.of(example);
    for (int step = from; step < until && at.isPresent(); step++) {
      if (recipe.steps().get(step).stage() instanceof Stage.OfEach stage) {
        at = decided(step, at.get(), stage.map(at.get()));
      }
    }
    if (at.isPresent()) {
      into.add(key(at.get(), until), at.get());
    }
  }

  private String key(Example example, int step) {
    if (step < recipe.steps().size()
        && recipe.steps().get(step).stage() instanceof Stage.OfGroup stage) {
      return stage.key(example);
    }
    return example.header().id().value().substring("ex_".length());
  }

  private Optional<Example> decided(int step, Example example, Verdict verdict) {
    StageCount count = counts.get(step);
    return decided(count, recipe.steps().get(step).stage().name(), example, verdict);
  }

  private Optional<Example> decided(
      StageCount count, String stage, Example example, Verdict verdict) {
    count.count(verdict);
    return switch (verdict) {
      case Verdict.Keep _ -> Optional.of(example);
      case Verdict.Change change -> {
        trace.note(stage, example, "changed", "", "");
        yield Optional.of(change.example());
      }
      case Verdict.Drop drop -> {
        String kept = drop.kept().map(ExampleId::value).orElse("");
        trace.note(stage, example, drop.reason(), drop.detail(), kept);
        yield Optional.empty();
      }
    };
  }

  private void group(Spill spill, int step, int until, Spill into) {
    spill.end();
    if (!(recipe.steps().get(step).stage() instanceof Stage.OfGroup stage)) {
      throw new IllegalStateException("step " + step + " is no group stage");
    }
    for (int part = 0; part < Spill.parts(); part++) {
      Iterator<Spill.Entry> entries = spill.part(part);
      if (!entries.hasNext()) {
        continue;
      }
      Spill.Entry first = entries.next();
      if (first.key().isEmpty()) {
        streamed(spill, stage, step, until, into, first, entries);
      } else {
        collected(stage, step, until, into, first, entries);
      }
    }
  }

  /** One group of everything: read once for the verdicts and once more to apply them. */
  private void streamed(
      Spill spill,
      Stage.OfGroup stage,
      int step,
      int until,
      Spill into,
      Spill.Entry first,
      Iterator<Spill.Entry> rest) {
    Iterator<Example> members =
        new Iterator<>() {
          private boolean begun;

          @Override
          public boolean hasNext() {
            return !begun || rest.hasNext();
          }

          @Override
          public Example next() {
            Example next = begun ? rest.next().example() : first.example();
            begun = true;
            return next;
          }
        };
    Map<ExampleId, Verdict> verdicts = stage.group(Stage.OfGroup.ALL, members);
    spill.part(0).forEachRemaining(entry -> apply(entry.example(), verdicts, step, until, into));
  }

  private void collected(
      Stage.OfGroup stage,
      int step,
      int until,
      Spill into,
      Spill.Entry first,
      Iterator<Spill.Entry> rest) {
    TreeMap<String, List<Example>> groups = new TreeMap<>();
    groups.computeIfAbsent(first.key(), _ -> new ArrayList<>()).add(first.example());
    rest.forEachRemaining(
        entry -> groups.computeIfAbsent(entry.key(), _ -> new ArrayList<>()).add(entry.example()));
    groups.forEach(
        (key, members) -> {
          Map<ExampleId, Verdict> verdicts = stage.group(key, members.iterator());
          members.forEach(member -> apply(member, verdicts, step, until, into));
        });
  }

  private void apply(
      Example example, Map<ExampleId, Verdict> verdicts, int step, int until, Spill into) {
    Verdict verdict = verdicts.getOrDefault(example.header().id(), Verdict.KEEP);
    decided(step, example, verdict).ifPresent(it -> push(it, step + 1, until, into));
  }

  /**
   * Splits what is left, leaves out what is near to something held out, and hands it on in the
   * order of the ids.
   */
  private Result parts(Spill spill, Sink sink) {
    spill.end();
    HeldOut index = new HeldOut();
    inOrder(
        spill,
        example -> {
          String part = part(example);
          if (!part.equals("train")) {
            index.add(part, example);
          }
        });
    Map<String, Long> parts = new TreeMap<>();
    inOrder(
        spill,
        example -> {
          String part = part(example);
          Verdict verdict = index.verdict(part, example);
          decided(heldOut, HELD_OUT, example, verdict)
              .ifPresent(
                  kept -> {
                    parts.merge(part, 1L, Long::sum);
                    sink.add(part, withLineage(kept));
                  });
        });
    List<Funnel.Row> rows = new ArrayList<>();
    for (int step = 0; step < counts.size(); step++) {
      if (!(recipe.steps().get(step).stage() instanceof Stage.OfSource)) {
        rows.add(counts.get(step).row());
      }
    }
    rows.add(heldOut.row());
    return new Result(new Funnel(rows), parts, trace.lines());
  }

  private String part(Example example) {
    return splits.of(example.header().source().group());
  }

  private Example withLineage(Example example) {
    List<LineageStep> steps = new ArrayList<>(example.header().lineage());
    steps.addAll(lineage);
    return example.withHeader(example.header().withLineage(steps));
  }

  private static void inOrder(Spill spill, java.util.function.Consumer<Example> each) {
    for (int part = 0; part < Spill.parts(); part++) {
      List<Example> examples = new ArrayList<>();
      spill.part(part).forEachRemaining(entry -> examples.add(entry.example()));
      examples.sort(Comparator.comparing(example -> example.header().id()));
      examples.forEach(each);
    }
  }
}
