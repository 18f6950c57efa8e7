package dev.treadle.app.workspace;

import java.util.List;
import java.util.stream.Stream;

/**
 * A key of {@code treadle.yaml}.
 *
 * @param path with dots; {@code *} stands for any name
 * @param type what its value is, for people
 * @param otherwise the value where it is left out, as YAML
 * @param meaning one sentence
 * @param example YAML that sets it, from the top
 */
public record ConfigurationKey(
    String path, String type, String otherwise, String meaning, String example) {

  /** Every key there is, in the order of the file that {@code treadle init} writes. */
  public static final List<ConfigurationKey> ALL =
      Stream.of(
              general(),
              GatewayKeys.ALL,
              CollectKeys.ALL,
              EvaluateKeys.ALL,
              WheelKeys.ALL,
              LimitKeys.ALL)
          .flatMap(List::stream)
          .toList();

  private static List<ConfigurationKey> general() {
    return List.of(
        new ConfigurationKey(
            "lake",
            "folder",
            "lake",
            "Where the lake lies, relative to this file.",
            "lake: lake\n"),
        new ConfigurationKey(
            "subject",
            "text",
            "the user's name",
            "Whose words the imported sessions are; kept as a keyed pseudonym, by which they can be forgotten.",
            "subject: ann@example.com\n"),
        new ConfigurationKey(
            "sources.claude-code",
            "list of folders or files",
            "[~/.claude/projects]",
            "Where Claude Code leaves its sessions.",
            "sources:\n  claude-code:\n    - ~/.claude/projects\n"),
        new ConfigurationKey(
            "redaction.off",
            "list of families",
            "[]",
            "Kinds of secrets and personal data that are kept as they are (docs/redaction.md names them), or all.",
            "redaction:\n  off: [ip]\n"),
        new ConfigurationKey(
            "recipe",
            "list of stages",
            "[select, replays, exact-duplicates, near-duplicates]",
            "The stages that make a dataset, in order, each with its parameters (docs/recipes.md).",
            "recipe:\n  - select: {min-messages: 2}\n  - replays\n  - exact-duplicates\n  - near-duplicates: {threshold: 0.7}\n"),
        new ConfigurationKey(
            "split.val",
            "share",
            "0.05",
            "Share of the sessions that are for validation.",
            "split:\n  val: 0.1\n"),
        new ConfigurationKey(
            "split.test",
            "share",
            "0.05",
            "Share of the sessions that are held out for tests.",
            "split:\n  test: 0.1\n"),
        retention("examples", "the examples that datasets are made of", "365"),
        retention("exchanges", "the exchanges with models", "30"),
        retention("feedback", "feedback", "90"),
        retention("comparisons", "comparisons", "180"),
        retention("trajectories", "trajectories", "90"),
        retention("ledger", "the entries of the ledger", "730"));
  }

  /** Whether a path of the file is this key's. */
  boolean is(List<String> names) {
    return matches(names, true);
  }

  /** Whether a path of the file leads to this key. */
  boolean isBelow(List<String> names) {
    return matches(names, false);
  }

  private boolean matches(List<String> names, boolean whole) {
    String[] own = path.split("\\.", -1);
    if (whole ? own.length != names.size() : own.length <= names.size()) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      if (!own[i].equals("*") && !own[i].equals(names.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static ConfigurationKey retention(String stream, String what, String days) {
    return new ConfigurationKey(
        "retention." + stream,
        "number of days, or forever",
        "forever",
        "For how many whole days the lake keeps " + what + "; treadle gc removes what is older.",
        "retention:\n  " + stream + ": " + days + "\n");
  }
}
