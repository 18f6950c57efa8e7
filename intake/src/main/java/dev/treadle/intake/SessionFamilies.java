package dev.treadle.intake;

import dev.treadle.intake.ImportCursors.Mark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which session files belong together: a resumed or forked session begins with a copy of another,
 * so that both have the same first message or the same first answer. Agents' files go with the
 * session that they worked for.
 */
final class SessionFamilies {
  /** A session file and what its head says. */
  record Member(SessionFiles.Found file, Mark mark) {}

  /** Files in the order in which they began, and what their examples must not be split across. */
  record Family(String group, List<Member> members) {}

  private SessionFamilies() {}

  static List<Family> of(List<Member> members, Map<String, Mark> known) {
    Map<String, String> groups = new HashMap<>();
    known.forEach(
        (path, mark) -> {
          if (!isAgent(Path.of(path))) {
            groups.putIfAbsent(mark.session(), group(mark));
          }
        });
    List<Member> ordered = new ArrayList<>(members);
    ordered.sort(
        Comparator.comparing((Member member) -> member.mark().time().isEmpty())
            .thenComparing(member -> member.mark().time())
            .thenComparing(member -> isAgent(member))
            .thenComparing(member -> String.valueOf(member.file().path().getFileName()))
            .thenComparing(member -> member.file().path()));
    Map<String, Family> byKey = new HashMap<>();
    Map<Family, Boolean> families = new LinkedHashMap<>();
    for (Member member : ordered) {
      Mark mark = member.mark();
      Family family = byKey.get("root " + mark.root());
      family =
          family == null || mark.root().isEmpty() ? byKey.get("answer " + mark.answer()) : family;
      if (family == null || (mark.root().isEmpty() && mark.answer().isEmpty())) {
        String group =
            isAgent(member) ? groups.getOrDefault(mark.session(), mark.session()) : group(mark);
        family = new Family(group, new ArrayList<>());
        families.put(family, true);
      }
      family.members().add(member);
      byKey.putIfAbsent("root " + mark.root(), family);
      byKey.putIfAbsent("answer " + mark.answer(), family);
      if (!isAgent(member)) {
        groups.putIfAbsent(mark.session(), family.group());
      }
    }
    return List.copyOf(families.keySet());
  }

  private static String group(Mark mark) {
    return mark.root().isEmpty() ? mark.session() : mark.root();
  }

  private static boolean isAgent(Member member) {
    return isAgent(member.file().path());
  }

  private static boolean isAgent(Path file) {
    return SessionHead.stem(file).startsWith("agent-");
  }
}
