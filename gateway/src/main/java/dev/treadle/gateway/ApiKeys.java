package dev.treadle.gateway;

import dev.treadle.store.State;
import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The keys that clients show to the gateway. Kept are their SHA-256 hashes: a key is 256 random
 * bits, which nobody guesses from a fast hash. Its keys never change.
 */
public final class ApiKeys {
  private static final String STATE = "api-keys";
  private static final String PREFIX = "tk_";
  private static final int KEY_BYTES = 32;

  private final Map<String, Entry> byHash;

  /** Keys that were shown and are known: no more than there are, and never written anywhere. */
  private final Map<String, Entry> shown = new ConcurrentHashMap<>();

  /**
   * A key as it is kept.
   *
   * @param routes that it may use; none: all
   * @param admin whether it may use the administration
   * @param internal whether it may say for what purpose it calls
   */
  public record Entry(
      String name,
      String hash,
      Set<String> routes,
      boolean admin,
      boolean internal,
      Instant created) {
    public Entry {
      routes = Set.copyOf(routes);
    }

    boolean mayUse(String route) {
      return routes.isEmpty() || routes.contains(route);
    }
  }

  /** What a new key may do. */
  public record Grant(String name, Set<String> routes, boolean admin, boolean internal) {}

  private ApiKeys(List<Entry> entries) {
    byHash = new HashMap<>();
    entries.forEach(it -> byHash.put(it.hash(), it));
  }

  /** The keys of a lake. */
  public static ApiKeys read(State state) {
    return parse(state.read(STATE));
  }

  private static ApiKeys parse(Optional<byte[]> document) {
    List<Entry> entries = new ArrayList<>();
    JsonNode keys = document.map(Json::read).orElseGet(Json::object).path("keys");
    for (JsonNode key : keys) {
      Set<String> routes = new TreeSet<>();
      key.path("routes").forEach(it -> routes.add(it.asString()));
      entries.add(
          new Entry(
              key.path("name").asString(""),
              key.path("hash").asString(""),
              routes,
              key.path("admin").asBoolean(false),
              key.path("internal").asBoolean(false),
              Instant.parse(key.path("created").asString("1970-01-01T00:00:00Z"))));
    }
    return new ApiKeys(entries);
  }

  /**
   * A key that is kept nowhere: for a gateway that its own process asks for a while.
   *
   * @param key may use every route, and may say with what purpose
   */
  public record Passing(Secret key, ApiKeys keys) {}

  /**
   * Makes such a key.
   *
   * @param random a secure one
   */
  public static Passing passing(Instant now, RandomGenerator random) {
    String key = newKey(random);
    Entry entry = new Entry("passing", hash(key), Set.of(), false, true, now);
    return new Passing(new Secret(key), new ApiKeys(List.of(entry)));
  }

  private static String newKey(RandomGenerator random) {
    byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Makes a key and keeps its hash.
   *
   * @param random a secure one
   * @return the key: it is never to be seen again
   */
  public static Secret create(State state, Grant grant, Instant now, RandomGenerator random) {
    if (!grant.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw GatewayError.KEY_NAME.because(
          "a key is named by letters, digits, dots and dashes, not by '" + grant.name() + "'");
    }
    String key = newKey(random);
    Entry entry =
        new Entry(grant.name(), hash(key), grant.routes(), grant.admin(), grant.internal(), now);
    state.update(
        STATE,
        before -> {
          List<Entry> entries = new ArrayList<>(parse(before).list());
          if (entries.stream().anyMatch(it -> it.name().equals(grant.name()))) {
            throw GatewayError.KEY_NAME.because(
                "there is a key named '" + grant.name() + "' already: revoke it first");
          }
          entries.add(entry);
          return document(entries);
        });
    return new Secret(key);
  }

  /** Takes a key's rights away. */
  public static void revoke(State state, String name) {
    state.update(
        STATE,
        before -> {
          List<Entry> entries = new ArrayList<>(parse(before).list());
          if (!entries.removeIf(it -> it.name().equals(name))) {
            throw GatewayError.KEY_NAME.because("there is no key named '" + name + "'");
          }
          return document(entries);
        });
  }

  private static byte[] document(List<Entry> entries) {
    ObjectNode document = Json.object();
    ArrayNode keys = document.putArray("keys");
    for (Entry entry : entries) {
      ObjectNode key = keys.addObject().put("name", entry.name()).put("hash", entry.hash());
      ArrayNode routes = key.putArray("routes");
      new TreeSet<>(entry.routes()).forEach(routes::add);
      key.put("admin", entry.admin()).put("internal", entry.internal());
      key.put("created", entry.created().toString());
    }
    return Json.write(document);
  }

  /** The keys, by name. */
  public List<Entry> list() {
    return byHash.values().stream().sorted(java.util.Comparator.comparing(Entry::name)).toList();
  }

  boolean isEmpty() {
    return byHash.isEmpty();
  }

  /** Whether it has the form of a key of a gateway. */
  static boolean isOurs(String key) {
    return key.startsWith(PREFIX);
  }

  /** The key that was shown, if it is one of these. */
  Optional<Entry> find(String key) {
    if (!key.startsWith(PREFIX)) {
      return Optional.empty();
    }
    Entry known = shown.get(key);
    if (known == null) {
      known = byHash.get(hash(key));
      if (known != null) {
        shown.put(key, known);
      }
    }
    return Optional.ofNullable(known);
  }

  private static String hash(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
