package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.treadle.transcript.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The numbers of all error codes: unique, and each in the range of its module. */
class ErrorCodesTest {
  private static final int RANGE = 1000;

  /** The module's range begins here; what is not built yet has its place already. */
  private static final Map<String, Integer> RANGES =
      Map.ofEntries(
          Map.entry("transcript", 1000),
          Map.entry("store", 2000),
          Map.entry("measure", 3000),
          Map.entry("intake", 4000),
          Map.entry("curation", 5000),
          Map.entry("gateway", 6000),
          Map.entry("routing", 7000),
          Map.entry("training", 8000),
          Map.entry("app", 9000));

  @Test
  void numbersAreUniqueAndInTheRangeOfTheirModule() {
    Map<Integer, String> seen = new HashMap<>();
    List<Class<?>> enums = enums();
    for (Class<?> type : enums) {
      String module = type.getPackageName().split("\\.", -1)[2];
      int from = RANGES.getOrDefault(module, 0);
      for (Object constant : type.getEnumConstants()) {
        ErrorCode code = (ErrorCode) constant;
        String name = type.getSimpleName() + "." + code.name();
        assertThat(code.number()).as(name).isGreaterThan(from).isLessThan(from + RANGE);
        assertThat(seen.putIfAbsent(code.number(), name))
            .as("another code with the number of %s", name)
            .isNull();
      }
    }
    assertThat(enums).hasSizeGreaterThanOrEqualTo(5);
  }

  private static List<Class<?>> enums() {
    List<Class<?>> enums = new ArrayList<>();
    for (JavaClass it :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.treadle")) {
      if (it.isEnum() && it.isAssignableTo(ErrorCode.class)) {
        enums.add(it.reflect());
      }
    }
    return enums;
  }
}
