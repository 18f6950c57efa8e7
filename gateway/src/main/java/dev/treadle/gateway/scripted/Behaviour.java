package dev.treadle.gateway.scripted;

import dev.treadle.gateway.scripted.Rule.Then;
import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/** A script being played: it counts how often each rule has held. */
final class Behaviour {
  private static final List<String> OPENINGS =
      List.of("Here is what matters: ", "In short: ", "There are two sides to this. ", "");
  private static final List<String> CLOSINGS =
      List.of(
          "It depends on the details, so check them first.",
          "Start small, measure, and change one thing at a time.",
          "The simplest way that works is usually the right one.",
          "Tell me more about your setting if you want a closer answer.");
  private static final int QUOTE = 120;

  private final Script script;
  private final Map<String, Exam.Item> exam;
  private final AtomicLongArray uses;

  Behaviour(Script script) {
    this.script = script;
    this.exam = script.exam().byQuestion();
    this.uses = new AtomicLongArray(script.rules().size());
  }

  /** What happens to one request. */
  record Plan(
      Answer answer, Optional<Rule.Failure> failure, Pace pace, Map<String, String> headers) {}

  /** Decides, and counts it. */
  Plan plan(Asked asked) {
    for (int i = 0; i < script.rules().size(); i++) {
      Rule rule = script.rules().get(i);
      if (rule.when().holds(asked) && uses.getAndIncrement(i) < rule.times()) {
        Answer answer = rule.then().map(it -> said(it, asked)).orElseGet(() -> plausible(asked));
        return new Plan(answer, rule.failure(), rule.pace().orElse(script.pace()), rule.headers());
      }
    }
    Exam.Item item = exam.get(asked.user().strip());
    Answer answer = item == null ? plausible(asked) : Answer.text(examined(item));
    return new Plan(answer, Optional.empty(), script.pace(), Map.of());
  }

  private Answer said(Then then, Asked asked) {
    return switch (then) {
      case Then.Say it -> it.answer();
      case Then.Test it -> isRight(asked.user(), script.strength()) ? it.right() : it.wrong();
    };
  }

  private String examined(Exam.Item item) {
    double strength = script.exam().strength(item, script.strength());
    return isRight(item.question(), strength) ? item.reference() : item.wrong();
  }

  private boolean isRight(String question, double strength) {
    double luck = (hash(question, script.seed()) >>> 11) * 0x1p-53;
    return luck < strength;
  }

  /** What a model could say that knows nothing but the request. */
  private static Answer plausible(Asked asked) {
    if (asked.forced().isPresent()) {
      Asked.Offer tool = asked.forced().get();
      return Answer.calls(new Answer.Call(tool.name(), SampleJson.object(tool.schema())));
    }
    if (asked.schema().isPresent()) {
      return Answer.json(SampleJson.of(asked.schema().get()));
    }
    if (asked.result().isPresent()) {
      return Answer.text("The tool says: " + shortened(asked.result().get()));
    }
    long hash = hash(asked.user(), 0);
    return Answer.text(
        OPENINGS.get((int) (hash & 3))
            + "You asked “"
            + shortened(asked.user())
            + "”. "
            + CLOSINGS.get((int) ((hash >>> 2) & 3)));
  }

  private static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.codePointCount(0, line.length()) <= QUOTE) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, QUOTE)) + "…";
  }

  /** The rule's token counts, or those that follow from the texts. */
  static Answer.Usage usage(Asked asked, Answer answer) {
    return answer
        .usage()
        .orElseGet(
            () -> {
              long reasoning = tokens(answer.reasoning());
              long output = reasoning + tokens(answer.text()) + tokens(answer.refusal().orElse(""));
              for (Answer.Call call : answer.toolCalls()) {
                output +=
                    tokens(call.name()) + ModelApi.tokens(Json.write(call.arguments()).length);
              }
              return new Answer.Usage(
                  asked.inputTokens(), 0, 0, Math.max(1, output) * asked.choices(), reasoning);
            });
  }

  private static long tokens(String text) {
    return ModelApi.tokens(text.getBytes(StandardCharsets.UTF_8).length);
  }

  /** FNV-1a, then SplitMix64's finish: every bit depends on every character. */
  static long hash(String text, long seed) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
