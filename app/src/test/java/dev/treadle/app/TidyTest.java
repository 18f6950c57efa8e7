package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.treadle.testkit.Golden;
import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Keeps files short and said what they are. What is too long stands in {@code docs/ratchet.txt} and
 * says why in its first lines; the list may only shrink. With {@code -Dtreadle.bless=true} it is
 * written anew, which a review has to want.
 */
class TidyTest {
  private static final int FILE_LINES = 400;
  private static final int METHOD_LINES = 70;
  private static final int ROOT_TYPES = 20;
  private static final int HEAD_LINES = 60;
  private static final String WHY = "Long because ";
  private static final String RATCHET = "docs/ratchet.txt";
  private static final String HEAD =
      """
      # What is longer than our measure: files over 400 lines, methods over 70, root packages over 20
      # public types. Each says why near its top ("Long because …"). This list may only shrink.
      """;

  /** What was found, as it stands in the ratchet: {@code file a/B.java} to its length. */
  private static final Map<String, Integer> LONG = new TreeMap<>();

  private static final List<String> UNDOCUMENTED = new ArrayList<>();

  @BeforeAll
  static void measure() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  _ -> {},
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(SourceFiles.all()));
      DocTrees docs = DocTrees.instance(task);
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      Set<String> sealed = new HashSet<>();
      Map<String, Integer> publicTypes = new TreeMap<>();
      units.forEach(unit -> sealed(unit, sealed));
      units.forEach(unit -> new Measure(unit, docs, sealed, publicTypes).scan(unit, null));
      publicTypes.forEach(
          (module, count) -> {
            if (count > ROOT_TYPES) {
              LONG.put("package " + module, count);
            }
          });
    }
  }

  /** Sealed families: their members are not counted beside them. */
  private static void sealed(CompilationUnitTree unit, Set<String> sealed) {
    for (Tree type : unit.getTypeDecls()) {
      if (type instanceof ClassTree it && it.getModifiers().getFlags().contains(Modifier.SEALED)) {
        sealed.add(unit.getPackageName() + "." + it.getSimpleName());
      }
    }
  }

  @Test
  void whatIsTooLongIsListedAndTheListOnlyShrinks() throws IOException {
    StringBuilder now = new StringBuilder(HEAD);
    LONG.forEach((what, length) -> now.append(what).append(' ').append(length).append('\n'));
    if (Golden.isBlessed()) {
      Golden.check(RATCHET, now.toString());
    }
    Map<String, Integer> listed = listed();
    LONG.forEach(
        (what, length) ->
            assertThat(length)
                .as("%s is too long: make it shorter; it may not join or grow in %s", what, RATCHET)
                .isLessThanOrEqualTo(listed.getOrDefault(what, 0)));
    assertThat(listed.keySet())
        .as("entries of %s that are short now: take them out", RATCHET)
        .isSubsetOf(LONG.keySet());
  }

  @Test
  void whatIsTooLongSaysWhy() throws IOException {
    List<String> silent = new ArrayList<>();
    for (String what : LONG.keySet()) {
      String[] words = what.split(" ", -1);
      if (!words[0].equals("package")) {
        Path file = Project.root().resolve(words[1].split("#", -1)[0]);
        List<String> lines = Files.readAllLines(file);
        List<String> head = words[0].equals("file") ? lines.subList(0, HEAD_LINES) : lines;
        if (head.stream().noneMatch(it -> it.contains(WHY))) {
          silent.add(what);
        }
      }
    }
    assertThat(silent).as("too long without a line '%s…'", WHY).isEmpty();
  }

  @Test
  void everyFileSaysWhatItsTypeIs() {
    assertThat(UNDOCUMENTED).as("types of the product without Javadoc").isEmpty();
  }

  @Test
  void markdownCommentsFitTheFormatter() throws IOException {
    List<String> wide = new ArrayList<>();
    for (Path file : SourceFiles.all()) {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (line.strip().startsWith("///") && line.length() > 100) {
          wide.add(SourceFiles.name(file) + ":" + number);
        }
      }
    }
    assertThat(wide)
        .as("/// lines over 100 columns, which the formatter breaks into plain comments")
        .isEmpty();
  }

  private static Map<String, Integer> listed() throws IOException {
    Map<String, Integer> listed = new TreeMap<>();
    for (String line : Files.readAllLines(Project.root().resolve(RATCHET))) {
      if (!line.startsWith("#") && !line.isBlank()) {
        int end = line.lastIndexOf(' ');
        listed.put(line.substring(0, end), Integer.valueOf(line.substring(end + 1)));
      }
    }
    return listed;
  }

  /** Takes the measure of one file. */
  private static final class Measure extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final DocTrees docs;
    private final Set<String> sealed;
    private final Map<String, Integer> publicTypes;
    private final String name;
    private final boolean isProduct;

    Measure(
        CompilationUnitTree unit,
        DocTrees docs,
        Set<String> sealed,
        Map<String, Integer> publicTypes) {
      this.unit = unit;
      this.docs = docs;
      this.sealed = sealed;
      this.publicTypes = publicTypes;
      this.name = SourceFiles.name(Path.of(unit.getSourceFile().toUri()));
      this.isProduct = name.contains("/src/main/");
    }

    @Override
    public Void visitCompilationUnit(CompilationUnitTree it, Void nothing) {
      int lines = lines(it.getLineMap(), 0, length());
      if (lines > FILE_LINES) {
        LONG.put("file " + name, lines);
      }
      return super.visitCompilationUnit(it, null);
    }

    private long length() {
      try {
        return unit.getSourceFile().getCharContent(true).length() - 1L;
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public Void visitClass(ClassTree it, Void nothing) {
      TreePath path = getCurrentPath();
      boolean isTop = path.getParentPath().getLeaf() instanceof CompilationUnitTree;
      if (isTop && isProduct) {
        if (docs.getDocComment(path) == null) {
          UNDOCUMENTED.add(name);
        }
        String home = String.valueOf(unit.getPackageName());
        if (it.getModifiers().getFlags().contains(Modifier.PUBLIC)
            && home.matches("dev\\.treadle\\.\\w+")
            && it.getImplementsClause().stream()
                .noneMatch(of -> sealed.contains(home + "." + of))) {
          publicTypes.merge(home, 1, Integer::sum);
        }
      }
      return super.visitClass(it, null);
    }

    @Override
    public Void visitMethod(MethodTree it, Void nothing) {
      SourcePositions positions = docs.getSourcePositions();
      int lines =
          lines(
              unit.getLineMap(),
              positions.getStartPosition(unit, it),
              positions.getEndPosition(unit, it));
      if (lines > METHOD_LINES) {
        LONG.merge("method " + name + "#" + it.getName(), lines, Math::max);
      }
      return super.visitMethod(it, null);
    }

    private static int lines(LineMap map, long from, long to) {
      return (int) (map.getLineNumber(to) - map.getLineNumber(from) + 1);
    }
  }
}
