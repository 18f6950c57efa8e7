package dev.treadle.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.treadle.app.HouseTerms.HOUSE;
import static dev.treadle.app.HouseTerms.are;
import static dev.treadle.app.HouseTerms.dependOnlyAs;
import static dev.treadle.app.HouseTerms.isOn;
import static dev.treadle.app.HouseTerms.isTreadle;
import static dev.treadle.app.HouseTerms.module;
import static dev.treadle.app.HouseTerms.target;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The plan of the house as rules over class files. Each has its reason in {@code because}, and a
 * small program that breaks it: {@link ArchitectureTest} shows that the house keeps every rule and
 * that every rule is able to fail.
 *
 * @param breach sources of classes that break the rule
 */
record HouseRule(String name, ArchRule rule, List<String> breach) {
  /** Which modules a module may use; what is not built yet stands here too. */
  private static final Map<String, Set<String>> PLAN =
      Map.ofEntries(
          Map.entry("transcript", Set.of()),
          Map.entry("measure", Set.of("transcript")),
          Map.entry("store", Set.of("transcript")),
          Map.entry("intake", Set.of("transcript", "store", "measure")),
          Map.entry("codebase", Set.of("transcript", "store", "measure")),
          Map.entry("agent", Set.of("transcript", "store", "measure")),
          Map.entry("curation", Set.of("transcript", "store", "measure")),
          Map.entry("training", Set.of("transcript", "store", "measure")),
          Map.entry("routing", Set.of("transcript", "store", "measure")),
          Map.entry("gateway", Set.of("transcript", "store", "measure", "routing")));

  /** The packages beside the root packages through which a module is entered. */
  private static final Set<String> DOORS =
      Set.of(
          HOUSE + "transcript.dialect",
          HOUSE + "store.redaction",
          HOUSE + "gateway.classify",
          HOUSE + "gateway.collect",
          HOUSE + "gateway.evaluate",
          HOUSE + "gateway.http",
          HOUSE + "gateway.limits",
          HOUSE + "measure.text",
          HOUSE + "measure.score",
          HOUSE + "measure.statistics",
          HOUSE + "training.evaluation",
          HOUSE + "training.finetune",
          HOUSE + "training.gguf",
          HOUSE + "training.llama",
          HOUSE + "training.making",
          HOUSE + "training.merge",
          HOUSE + "training.model",
          HOUSE + "training.report",
          HOUSE + "training.safetensors",
          HOUSE + "training.serving",
          HOUSE + "training.settings",
          HOUSE + "training.template",
          HOUSE + "training.tokens",
          HOUSE + "training.torchrun");

  private static final Set<String> POOR_WORDS =
      Set.of(
          "Manager",
          "Helper",
          "Helpers",
          "Util",
          "Utils",
          "Utility",
          "Service",
          "Processor",
          "Impl",
          "Base",
          "Abstract",
          "Info",
          "Dto",
          "DTO");

  static List<HouseRule> all() {
    List<HouseRule> rules =
        new ArrayList<>(
            List.of(
                floors(),
                doors(),
                cycles(),
                sqlInStore(),
                processes(),
                systemCalls(),
                machineInMain(),
                exit(),
                commandAndDashboard(),
                commandLineLibrary(),
                typeNames(),
                packageNames(),
                testsStayOut()));
    rules.addAll(LibraryRules.all());
    return rules;
  }

  private static HouseRule floors() {
    return new HouseRule(
        "stations use the floors below them and no other station",
        classes()
            .should(
                dependOnlyAs(
                    "use modules that the plan allows",
                    (from, to) ->
                        !PLAN.containsKey(from) || PLAN.getOrDefault(from, Set.of()).contains(to)))
            .because(
                "only app joins stations: each can then be read, tested and replaced alone"
                    + " (docs/ARCHITECTURE.md, section 1)"),
        List.of(
            "package dev.treadle.store; public class Kept {}",
            "package dev.treadle.measure; class Alike { dev.treadle.store.Kept kept; }"));
  }

  private static HouseRule doors() {
    return new HouseRule(
        "modules are entered through their root package",
        classes()
            .should(
                new ArchCondition<>("enter other modules through their doors") {
                  @Override
                  public void check(JavaClass from, ConditionEvents events) {
                    for (Dependency it : from.getDirectDependenciesFromSelf()) {
                      JavaClass to = it.getTargetClass().getBaseComponentType();
                      String module = module(to);
                      if (!module.isEmpty()
                          && !module.equals(module(from))
                          && !to.getPackageName().equals(HOUSE + module)
                          && !DOORS.contains(to.getPackageName())) {
                        events.add(SimpleConditionEvent.violated(it, it.getDescription()));
                      }
                    }
                  }
                })
            .because("a module's root package is its interface; what lies below may change freely"),
        List.of(
            "package dev.treadle.curation.llamafactory; public class Row {}",
            "package dev.treadle.app; class Reader {"
                + " dev.treadle.curation.llamafactory.Row row; }"));
  }

  private static HouseRule cycles() {
    return new HouseRule(
        "packages have no cycles",
        slices()
            .matching("dev.treadle.(**)")
            .should()
            .beFreeOfCycles()
            .because("two packages that need each other are one, and nobody can read either alone"),
        List.of(
            "package dev.treadle.store; public class Lake {"
                + " dev.treadle.store.redaction.Redactor redactor; }",
            "package dev.treadle.store.redaction; public class Redactor {"
                + " dev.treadle.store.Lake lake; }"));
  }

  private static HouseRule sqlInStore() {
    return new HouseRule(
        "SQL stays in store",
        noClasses()
            .that()
            .resideOutsideOfPackage(HOUSE + "store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..")
            .because("store alone knows how SQL is kept to reading and within its memory"),
        List.of("package dev.treadle.curation; class Query { java.sql.Connection connection; }"));
  }

  private static HouseRule processes() {
    return new HouseRule(
        "only four packages start processes",
        noClasses()
            .that()
            .resideOutsideOfPackages(
                HOUSE + "agent.sandbox..",
                HOUSE + "training.torchrun..",
                HOUSE + "codebase.git..",
                HOUSE + "app.child..")
            .should()
            .callMethodWhere(
                target(
                    "starts a process",
                    it ->
                        (isOn(it, "java.lang.Runtime") && it.getName().equals("exec"))
                            || isOn(it, "java.lang.ProcessBuilder")))
            .orShould()
            .callConstructorWhere(
                target("makes a process", it -> isOn(it, "java.lang.ProcessBuilder")))
            .because("whoever starts a process owns its limits, its end and what it may reach"),
        List.of(
            "package dev.treadle.intake; class Git { Object it = new ProcessBuilder(\"git\"); }"));
  }

  private static HouseRule systemCalls() {
    return new HouseRule(
        "clock, randomness, console and environment are parameters",
        noClasses()
            .that(are("not Treadle", it -> !isTreadle(it)))
            .should()
            .callMethodWhere(target("asks the system", HouseTerms::isSystemCall))
            .orShould()
            .callConstructorWhere(
                target(
                    "makes randomness",
                    it -> isOn(it, "java.util.Random") || isOn(it, "java.security.SecureRandom")))
            .orShould()
            .accessFieldWhere(
                target(
                    "takes the console",
                    it ->
                        isOn(it, "java.lang.System")
                            && Set.of("in", "out", "err").contains(it.getName())))
            .because(
                "the same input gives the same output, and a test can be any machine at any time:"
                    + " dev.treadle.app.Treadle hands the real ones in"),
        List.of(
            "package dev.treadle.curation; class Now {"
                + " java.time.Instant it = java.time.Instant.now(); }",
            "package dev.treadle.store; class Talk { void talk() { System.out.println(); } }",
            "package dev.treadle.app; class Home { String it = System.getProperty(\"user.home\"); }",
            "package dev.treadle.measure; class Dice { Object it = new java.util.Random(); }"));
  }

  private static HouseRule machineInMain() {
    return new HouseRule(
        "nobody calls main",
        noClasses()
            .that(are("not Treadle", it -> !isTreadle(it)))
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "app.Treadle")
            .because("it stands at the top: what it needs is below it"),
        List.of(
            "package dev.treadle.app; public class Treadle {}",
            "package dev.treadle.app.command; class Again { dev.treadle.app.Treadle it; }"));
  }

  private static HouseRule exit() {
    return new HouseRule(
        "only main ends the process",
        noClasses()
            .that(are("not Treadle", it -> !isTreadle(it)))
            .should()
            .callMethodWhere(
                target(
                    "ends the process",
                    it ->
                        (isOn(it, "java.lang.System") || isOn(it, "java.lang.Runtime"))
                            && Set.of("exit", "halt").contains(it.getName())))
            .because("an exit in the middle skips what others have to close"),
        List.of("package dev.treadle.app.command; class Stop { void it() { System.exit(1); } }"));
  }

  private static HouseRule commandAndDashboard() {
    return new HouseRule(
        "command and dashboard do not see each other",
        noClasses()
            .that()
            .resideInAPackage(HOUSE + "app.command..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(HOUSE + "app.dashboard..")
            .because("they are two ways to the same things: what both need lies beside them"),
        List.of(
            "package dev.treadle.app.dashboard; public class Page {}",
            "package dev.treadle.app.command; class Open {"
                + " dev.treadle.app.dashboard.Page page; }"));
  }

  private static HouseRule commandLineLibrary() {
    return new HouseRule(
        "picocli stays in app.command",
        noClasses()
            .that()
            .resideOutsideOfPackage(HOUSE + "app.command..")
            .and(are("not Treadle", it -> !isTreadle(it)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..")
            .because("a library whose types spread can never be replaced"),
        List.of("package dev.treadle.app.workspace; class Line { picocli.CommandLine line; }"));
  }

  private static HouseRule typeNames() {
    return new HouseRule(
        "types are named by what they are",
        classes()
            .should(
                new ArchCondition<>("have a noun of the product as their name") {
                  @Override
                  public void check(JavaClass it, ConditionEvents events) {
                    for (String word : it.getSimpleName().split("(?<=[a-z0-9])(?=[A-Z])", -1)) {
                      if (POOR_WORDS.contains(word)) {
                        events.add(
                            SimpleConditionEvent.violated(
                                it, it.getName() + " is named by the empty word " + word));
                      }
                    }
                    if (it.getSimpleName().endsWith("Data")) {
                      events.add(SimpleConditionEvent.violated(it, it.getName() + " ends in Data"));
                    }
                  }
                })
            .because("a name that fits everything says nothing: get the noun right first"),
        List.of("package dev.treadle.store; class LakeManager {}"));
  }

  private static HouseRule packageNames() {
    return new HouseRule(
        "no package is a drawer for everything",
        noClasses()
            .should()
            .resideInAnyPackage("..common..", "..core..", "..util..", "..base..", "..api..")
            .because("what has no place of its own has not been thought through"),
        List.of("package dev.treadle.store.util; class Strings {}"));
  }

  private static HouseRule testsStayOut() {
    return new HouseRule(
        "tests' ground is not for the product",
        noClasses()
            .that()
            .resideOutsideOfPackage(HOUSE + "testkit..")
            .should()
            .dependOnClassesThat(resideInAPackage(HOUSE + "testkit.."))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.junit..", "org.assertj.."))
            .because("testkit and the test libraries are not shipped"),
        List.of(
            "package dev.treadle.testkit; public class Scripted {}",
            "package dev.treadle.store; class Uses { dev.treadle.testkit.Scripted it; }"));
  }

  @Override
  public String toString() {
    return name;
  }
}
