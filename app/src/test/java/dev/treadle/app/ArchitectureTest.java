package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import dev.treadle.testkit.Project;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the plan of the house: who may use whom, and which doors there are. */
class ArchitectureTest {
  private static final int MODULE_CAP = 12;

  @SuppressWarnings("NullAway.Init") // Set before any test.
  private static JavaClasses house;

  @TempDir Path folder;

  @BeforeAll
  static void readHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption((Location it) -> !it.contains("dev/treadle/testkit"))
            .importPackages("dev.treadle");
  }

  static List<HouseRule> rules() {
    return HouseRule.all();
  }

  @Test
  void readsTheClassFilesOfEveryModule() throws IOException {
    for (String module : modules()) {
      if (!module.equals("testkit")) {
        assertThat(house)
            .as("classes of " + module)
            .anyMatch(it -> it.getPackageName().startsWith("dev.treadle." + module));
      }
    }
    assertThat(house).hasSizeGreaterThan(150);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void houseKeepsTheRule(HouseRule it) {
    it.rule().check(house);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleIsAbleToFail(HouseRule it) {
    JavaClasses breach = compiled(it.breach());

    assertThat(it.rule().evaluate(breach).hasViolation()).as(it.name()).isTrue();
  }

  @Test
  void everyBreachOfSystemCallsIsSeen() {
    for (HouseRule it : HouseRule.all()) {
      if (it.name().startsWith("clock")) {
        assertThat(it.rule().evaluate(compiled(it.breach())).getFailureReport().getDetails())
            .hasSizeGreaterThanOrEqualTo(it.breach().size());
      }
    }
  }

  @Test
  void modulesAreFewAndNamedByWhatTheyAnswer() throws IOException {
    assertThat(modules())
        .hasSizeLessThanOrEqualTo(MODULE_CAP)
        .doesNotContain("common", "core", "util", "base", "api");
  }

  @Test
  void everyPackageIsNullMarked() throws IOException {
    List<Path> unmarked = new ArrayList<>();
    for (Path file : SourceFiles.all()) {
      Path mark = file.resolveSibling("package-info.java");
      if (!Files.exists(mark) || !Files.readString(mark).contains("@NullMarked")) {
        unmarked.add(file);
      }
    }
    assertThat(unmarked).as("files in packages that are not @NullMarked").isEmpty();
  }

  private static List<String> modules() throws IOException {
    List<String> modules = new ArrayList<>();
    Matcher module =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(Project.root().resolve("pom.xml")));
    while (module.find()) {
      modules.add(module.group(1));
    }
    return modules;
  }

  /** Class files of a small program, which may call what tests' class path has. */
  private JavaClasses compiled(List<String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter trouble = new StringWriter();
    List<JavaFileObject> files = new ArrayList<>();
    for (String source : sources) {
      files.add(new Source(source));
    }
    boolean done =
        compiler
            .getTask(
                trouble,
                null,
                null,
                List.of("-d", folder.toString(), "-proc:none", "-implicit:none"),
                null,
                files)
            .call();
    assertThat(done).as(trouble.toString()).isTrue();
    return new ClassFileImporter().importPath(folder);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(uri(text), Kind.SOURCE);
      this.text = text;
    }

    private static URI uri(String text) {
      Matcher name =
          Pattern.compile("package ([\\w.]+);.*?class (\\w+)", Pattern.DOTALL).matcher(text);
      if (!name.find()) {
        throw new IllegalArgumentException("no package and class in: " + text);
      }
      return URI.create(
          "text:///" + name.group(1).replace('.', '/') + "/" + name.group(2) + ".java");
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
