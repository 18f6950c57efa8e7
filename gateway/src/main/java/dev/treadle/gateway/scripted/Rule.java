package dev.treadle.gateway.scripted;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What happens to certain requests.
 *
 * @param then what is said; empty: what follows from the request
 * @param failure how it goes wrong; empty: it does not
 * @param times for how many matches it holds; after them it is as if it were not there
 * @param pace empty: the script's
 * @param headers of the answer, beside the usual ones
 */
public record Rule(
    When when,
    Optional<Then> then,
    Optional<Failure> failure,
    long times,
    Optional<Pace> pace,
    Map<String, String> headers) {

  /** What a rule says. */
  public sealed interface Then {
    /** Always this. */
    record Say(Answer answer) implements Then {}

    /** This or that: right with the probability that is the script's strength. */
    record Test(Answer right, Answer wrong) implements Then {}
  }

  /** How a rule goes wrong. */
  public sealed interface Failure {
    /** An error with that status, instead of an answer. */
    record Status(int code, Optional<Duration> retryAfter) implements Failure {
      public Status {
        if (code < 400 || code > 599) {
          throw ScriptError.SCRIPT_INVALID.because(
              "status must be that of an error, 400 to 599: got " + code);
        }
      }
    }

    /**
     * A fault on the way.
     *
     * @param after strikes after that many pieces of content, where the fault leaves that open
     */
    record Wire(Fault fault, Cut cut, int after) implements Failure {
      public Wire {
        if (after < 0) {
          throw ScriptError.SCRIPT_INVALID.because("after must not be negative: got " + after);
        }
      }
    }
  }

  public Rule {
    headers = Map.copyOf(headers);
    if (times < 1) {
      throw ScriptError.SCRIPT_INVALID.because("times must be 1 or more: got " + times);
    }
  }

  /** Leaves everything as it would be without a rule. */
  public static Rule when(When when) {
    return new Rule(
        when, Optional.empty(), Optional.empty(), Long.MAX_VALUE, Optional.empty(), Map.of());
  }

  /** The same for every request. */
  public static Rule always() {
    return when(When.ALWAYS);
  }

  /** The same, and says this. */
  public Rule say(Answer answer) {
    return new Rule(when, Optional.of(new Then.Say(answer)), failure, times, pace, headers);
  }

  /** The same, and says that text. */
  public Rule say(String text) {
    return say(Answer.text(text));
  }

  /** The same, and answers rightly as often as the script is strong. */
  public Rule test(String right, String wrong) {
    Then test = new Then.Test(Answer.text(right), Answer.text(wrong));
    return new Rule(when, Optional.of(test), failure, times, pace, headers);
  }

  /** The same, and fails so: {@link Cut#CLOSE}, after one piece of content. */
  public Rule fail(Fault fault) {
    return fail(fault, Cut.CLOSE, 1);
  }

  /** The same, and fails so. */
  public Rule fail(Fault fault, Cut cut, int after) {
    Optional<Failure.Status> status = fault.status(Optional.empty());
    return failing(status.isPresent() ? status.get() : new Failure.Wire(fault, cut, after));
  }

  /** The same, and answers with that status. */
  public Rule status(int code) {
    return failing(new Failure.Status(code, Optional.empty()));
  }

  /** The same, and answers with that status and {@code retry-after}. */
  public Rule status(int code, Duration retryAfter) {
    return failing(new Failure.Status(code, Optional.of(retryAfter)));
  }

  /** The same for the first {@code count} matches only. */
  public Rule times(long count) {
    return new Rule(when, then, failure, count, pace, headers);
  }

  /** The same at that pace. */
  public Rule pace(Pace other) {
    return new Rule(when, then, failure, times, Optional.of(other), headers);
  }

  /** The same with one more header in its answers. */
  public Rule header(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Rule(when, then, failure, times, pace, more);
  }

  private Rule failing(Failure how) {
    return new Rule(when, then, Optional.of(how), times, pace, headers);
  }
}
