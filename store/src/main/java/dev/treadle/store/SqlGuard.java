package dev.treadle.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Decides whether a user's statement only reads what it may. It judges the statement as DuckDB's
 * own parser understood it ({@code json_serialize_sql}), so there is no second opinion on comments,
 * quotes or Unicode to get wrong, and it knows only what is allowed: one SELECT, the lake's views,
 * the statement's own CTEs, harmless functions. A kind of node that it does not know is refused.
 */
final class SqlGuard {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_]*");
  private static final String RESOURCE = "sql-functions.txt";
  private static final Set<String> FUNCTIONS = functions();

  private static final Set<String> TABLE_FUNCTIONS =
      Set.of("unnest", "range", "generate_series", "json_each", "json_tree");
  private static final Set<String> EXPRESSIONS =
      Set.of(
          "BETWEEN",
          "CASE",
          "CAST",
          "COLLATE",
          "COLUMN_REF",
          "COMPARISON",
          "CONJUNCTION",
          "CONSTANT",
          "FUNCTION",
          "LAMBDA",
          "OPERATOR",
          "POSITIONAL_REFERENCE",
          "STAR",
          "SUBQUERY",
          "WINDOW");
  private static final Set<String> TABLES =
      Set.of(
          "BASE_TABLE",
          "CTE",
          "EMPTY",
          "EXPRESSION_LIST",
          "JOIN",
          "SHOW_REF",
          "SUBQUERY",
          "TABLE_FUNCTION");
  private static final Set<String> NODES =
      Set.of("SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE", "RECURSIVE_CTE_NODE");

  /** Kinds of other parts: they hold expressions and nothing that names a source. */
  private static final Pattern PARTS =
      Pattern.compile("[A-Z_]+_MODIFIER|[A-Z_]+_TYPE_INFO|ORDER_DEFAULT|ASCENDING|DESCENDING");

  private final Set<String> views;
  private final Set<String> catalog;
  private final Set<String> ctes = new HashSet<>();

  /**
   * @param views what may be read
   * @param catalog every name that the database knows by itself, which no CTE may take: inside its
   *     own definition the name would still mean the thing in the catalog
   */
  SqlGuard(Set<String> views, Set<String> catalog) {
    this.views = views;
    this.catalog = catalog;
  }

  /** Refuses anything but one harmless SELECT; takes what {@code json_serialize_sql} said of it. */
  static void check(String serialized, Set<String> views, Set<String> catalog) {
    JsonNode root;
    try {
      root = JSON.readTree(serialized);
    } catch (JacksonException e) {
      throw StoreError.SQL_REFUSED.because("the statement is too deeply nested: simplify it", e);
    }
    if (root.path("error").asBoolean(true)) {
      boolean syntax = root.path("error_type").asString("").equals("parser");
      throw (syntax ? StoreError.SQL_FAILED : StoreError.SQL_REFUSED)
          .because(
              syntax
                  ? "the SQL is not understood: " + root.path("error_message").asString("")
                  : "only a SELECT is accepted here, which reads and changes nothing");
    }
    if (root.path("statements").size() != 1) {
      throw StoreError.SQL_REFUSED.because("exactly one SELECT is accepted at a time");
    }
    SqlGuard guard = new SqlGuard(views, catalog);
    guard.collectCtes(root);
    guard.walk(root.path("statements"));
  }

  private void collectCtes(JsonNode node) {
    for (JsonNode entry : node.path("cte_map").path("map")) {
      addCte(entry.path("key").asString(""));
    }
    if (node.has("cte_name")) {
      addCte(node.path("cte_name").asString(""));
    }
    for (JsonNode child : node) {
      collectCtes(child);
    }
  }

  private void addCte(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!PLAIN_NAME.matcher(lower).matches() || catalog.contains(lower)) {
      throw refused("a WITH name must be plain letters and not a name of the database", name);
    }
    ctes.add(lower);
  }

  private void walk(JsonNode node) {
    if (node.isObject()) {
      check(node);
    }
    for (JsonNode child : node) {
      walk(child);
    }
  }

  private void check(JsonNode node) {
    JsonNode type = node.path("type");
    if (node.has("class")) {
      checkExpression(node);
    } else if (node.has("sample") && node.has("alias")) {
      checkTable(node);
    } else if (type.isString()) {
      String name = type.asString();
      if (!NODES.contains(name) && !PARTS.matcher(name).matches()) {
        throw refused("this kind of statement is not accepted", name);
      }
    }
    // Wherever a function is named, known place or not.
    if (node.has("function_name") && !node.has("class")) {
      throw refused("this function is not accepted here", node.path("function_name").asString(""));
    }
    if (!node.path("at_clause").isMissingNode() && !node.path("at_clause").isNull()) {
      throw refused("this clause is not accepted", "AT");
    }
  }

  private void checkExpression(JsonNode node) {
    String kind = node.path("class").asString("");
    if (!EXPRESSIONS.contains(kind)) {
      throw refused("this kind of expression is not accepted", kind);
    }
    if (!node.has("function_name")) {
      return;
    }
    String name = node.path("function_name").asString("").toLowerCase(Locale.ROOT);
    if (!FUNCTIONS.contains(name) && !TABLE_FUNCTIONS.contains(name)) {
      throw refused("this function is not accepted here", name);
    }
    checkSchema(node.path("schema"), name);
    checkCatalog(node.path("catalog"), name);
  }

  private void checkTable(JsonNode node) {
    String kind = node.path("type").asString("");
    if (!TABLES.contains(kind)) {
      throw refused("this kind of source is not accepted after FROM", kind);
    }
    switch (kind) {
      case "BASE_TABLE" -> {
        String name = node.path("table_name").asString("");
        String lower = name.toLowerCase(Locale.ROOT);
        if (!views.contains(lower) && !ctes.contains(lower)) {
          throw refused(
              "there is no such table; there are " + String.join(", ", new TreeSet<>(views)), name);
        }
        checkSchema(node.path("schema_name"), name);
        checkCatalog(node.path("catalog_name"), name);
      }
      case "TABLE_FUNCTION" -> {
        String name = node.path("function").path("function_name").asString("");
        if (!TABLE_FUNCTIONS.contains(name.toLowerCase(Locale.ROOT))) {
          throw refused("this function is not accepted after FROM", name);
        }
      }
      case "SHOW_REF" -> {
        String name = node.path("table_name").asString("");
        boolean lists = name.equals("\"tables\"");
        boolean describes = name.isEmpty() && node.path("query").isObject();
        if (!lists && !describes) {
          throw refused("only a table or a SELECT can be described", name);
        }
      }
      default -> {}
    }
  }

  private static void checkSchema(JsonNode schema, String name) {
    if (!Set.of("", "main").contains(schema.asString("?"))) {
      throw refused("names with a schema are not accepted", schema.asString("?") + "." + name);
    }
  }

  private static void checkCatalog(JsonNode catalog, String name) {
    if (!catalog.asString("?").isEmpty()) {
      throw refused("names with a database are not accepted", catalog.asString("?") + "." + name);
    }
  }

  private static RuntimeException refused(String why, String what) {
    return StoreError.SQL_REFUSED.because("refused " + what + ": " + why);
  }

  private static Set<String> functions() {
    try (InputStream in = SqlGuard.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> java.util.stream.Stream.of(line.split(" ")))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
