package dev.treadle.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.treadle.app.HouseTerms.HOUSE;

import java.util.List;

/** The rules that keep a library's types in the part of the house that owns it. */
final class LibraryRules {
  private static final String BECAUSE = "a library whose types spread can never be replaced";

  private LibraryRules() {}

  static List<HouseRule> all() {
    return List.of(
        stays(
            "DuckDB and zstd stay in store",
            "store..",
            List.of("org.duckdb..", "com.github.luben.."),
            BECAUSE,
            "package dev.treadle.intake; class Packed { com.github.luben.zstd.ZstdInputStream in; }"),
        stays(
            "HttpCore and Micrometer stay in gateway",
            "gateway..",
            List.of("org.apache.hc..", "io.micrometer..", "io.prometheus.."),
            BECAUSE,
            "package dev.treadle.store; class Listener { org.apache.hc.core5.http.HttpException e; }"),
        stays(
            "OpenTelemetry stays in gateway.telemetry",
            "gateway.telemetry..",
            List.of("io.opentelemetry.."),
            "where telemetry is off none of its classes is loaded",
            "package dev.treadle.gateway; class Traced { io.opentelemetry.api.trace.Span span; }"),
        stays(
            "libtorch stays in training.tensor",
            "training.tensor..",
            List.of("org.bytedeco.."),
            "native memory is freed by hand: who holds a tensor must know how",
            "package dev.treadle.training.finetune; class Step { org.bytedeco.pytorch.Tensor it; }"),
        stays(
            "the tokenizers' library stays in training.tokens",
            "training.tokens..",
            List.of("ai.djl.."),
            BECAUSE,
            "package dev.treadle.training.finetune; class Pieces {"
                + " ai.djl.huggingface.tokenizers.HuggingFaceTokenizer it; }"),
        stays(
            "llama.cpp's binding stays in training.llama",
            "training.llama..",
            List.of("de.kherud.."),
            "the choice of a binding can then change in one class",
            "package dev.treadle.training.tensor; class Loaded { de.kherud.llama.LlamaModel it; }"),
        stays(
            "YAML stays in app.workspace",
            "app.workspace..",
            List.of("tools.jackson.dataformat.yaml..", "org.snakeyaml.."),
            "stations are given values; that a file of YAML held them is app's affair",
            "package dev.treadle.curation; class Recipes {"
                + " tools.jackson.dataformat.yaml.YAMLMapper yaml; }"));
  }

  private static HouseRule stays(
      String name, String home, List<String> library, String because, String breach) {
    return new HouseRule(
        name,
        noClasses()
            .that()
            .resideOutsideOfPackage(HOUSE + home)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(library.toArray(String[]::new))
            .because(because),
        List.of(breach));
  }
}
