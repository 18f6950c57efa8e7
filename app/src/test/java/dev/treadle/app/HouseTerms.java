package dev.treadle.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** The words that the rules of the house are made of. */
final class HouseTerms {
  static final String HOUSE = "dev.treadle.";

  private HouseTerms() {}

  /** Whether a module may use another. */
  interface Allowed {
    boolean isAllowed(String from, String to);
  }

  static ArchCondition<JavaClass> dependOnlyAs(String description, Allowed plan) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency it : from.getDirectDependenciesFromSelf()) {
          String to = module(it.getTargetClass().getBaseComponentType());
          if (!to.isEmpty() && !to.equals(module(from)) && !plan.isAllowed(module(from), to)) {
            events.add(SimpleConditionEvent.violated(it, it.getDescription()));
          }
        }
      }
    };
  }

  /** The module that a class belongs to, or nothing if it is not ours. */
  static String module(JavaClass it) {
    String name = it.getPackageName() + ".";
    return name.startsWith(HOUSE)
        ? name.substring(HOUSE.length(), name.indexOf('.', HOUSE.length()))
        : "";
  }

  static boolean isTreadle(JavaClass it) {
    return it.getName().equals(HOUSE + "app.Treadle");
  }

  static boolean isSystemCall(JavaAccess<?> it) {
    String owner = it.getTargetOwner().getName();
    String name = it.getName();
    return switch (owner) {
      case "java.lang.System" ->
          Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty", "console")
              .contains(name);
      case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
      case "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalDateTime",
          "java.time.ZonedDateTime",
          "java.time.OffsetDateTime" ->
          name.equals("now") && !it.getTarget().getFullName().contains("Clock");
      case "java.lang.ProcessHandle" -> name.equals("current");
      case "java.lang.Math" -> name.equals("random");
      case "java.util.UUID" -> name.equals("randomUUID");
      case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
      case "java.lang.Boolean", "java.lang.Integer", "java.lang.Long" ->
          name.equals("getBoolean") || name.equals("getInteger") || name.equals("getLong");
      default -> false;
    };
  }

  static boolean isOn(JavaAccess<?> it, String owner) {
    return it.getTargetOwner().getName().equals(owner);
  }

  /** What is looked for. */
  interface Wanted<T> {
    boolean is(T it);
  }

  static DescribedPredicate<JavaAccess<?>> target(
      String description, Wanted<JavaAccess<?>> wanted) {
    return describe(description, wanted::is);
  }

  static DescribedPredicate<JavaClass> are(String description, Wanted<JavaClass> wanted) {
    return describe(description, wanted::is);
  }
}
