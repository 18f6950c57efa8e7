package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Golden;
import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reference pages say what the code says, and no page leads nowhere. */
class ReferencePagesTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

  @Test
  void commandsAreThoseOfTheProgram() throws IOException {
    Golden.check("docs/commands.md", ReferencePages.commands(ExamplesTest.line()));
  }

  @Test
  void keysAreThoseOfTheProgram() throws IOException {
    Golden.check("docs/configuration.md", ReferencePages.configuration());
  }

  @Test
  void stagesAreThoseOfTheProgram() throws IOException {
    Golden.check("docs/recipes.md", ReferencePages.recipes());
  }

  @Test
  void everyLinkBetweenPagesLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      String text = CODE.matcher(Files.readString(page)).replaceAll("");
      for (String link : LINK.matcher(text).results().map(it -> it.group(1)).toList()) {
        if (link.contains("://") || link.startsWith("mailto:")) {
          continue;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
          dead.add(SourceFiles.name(page) + ": " + link);
        } else if (parts.length == 2 && !anchors(target).contains(parts[1])) {
          dead.add(SourceFiles.name(page) + ": " + link + " (no such heading)");
        }
      }
    }
    assertThat(dead).as("links that lead nowhere").isEmpty();
  }

  @Test
  void everyPageIsReachedFromTheReadme() throws IOException {
    List<Path> reached = new ArrayList<>(List.of(Project.root().resolve("README.md")));
    for (int i = 0; i < reached.size(); i++) {
      String text = Files.readString(reached.get(i));
      for (MatchResult it : LINK.matcher(text).results().toList()) {
        Path target = reached.get(i).resolveSibling(it.group(1).split("#", 2)[0]).normalize();
        if (target.toString().endsWith(".md")
            && Files.exists(target)
            && !reached.contains(target)) {
          reached.add(target);
        }
      }
    }
    assertThat(pages()).as("pages that no link leads to").allMatch(reached::contains);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(Project.root().resolve("README.md"));
    pages.add(Project.root().resolve("CHANGELOG.md"));
    try (Stream<Path> walk = Files.walk(Project.root().resolve("docs"))) {
      walk.filter(it -> it.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** The anchors of a page's headings, as code hosts make them. */
  private static List<String> anchors(Path page) throws IOException {
    List<String> anchors = new ArrayList<>();
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("#")) {
        anchors.add(
            line.replaceFirst("#+ ", "")
                .toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-'));
      }
    }
    return anchors;
  }
}
