package dev.treadle.transcript;

import dev.treadle.transcript.ExchangeCodec.TextFilter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Puts an exchange's long texts back, which lie outside of its line. The field {@code blobs} of the
 * line says where each stood (RFC 6901, from the line's root); there stands {@code sha256:} and its
 * name. Only where both agree is it put back, so what a user wrote is never taken for one.
 */
final class MovedTexts implements TextFilter {
  static final String FIELD = "blobs";

  private final Map<String, String> nameByPlace;
  private final Function<String, byte[]> blob;
  private final JsonBytes out = new JsonBytes();
  private final JsonCopy copy = new JsonCopy(out, this, (_, _, _) -> {});
  private String root = "";

  /** Whether a place is being made out: the names on the way come here too. */
  private boolean looking;

  private MovedTexts(Map<String, String> nameByPlace, Function<String, byte[]> blob) {
    this.nameByPlace = nameByPlace;
    this.blob = blob;
  }

  static Exchange putBack(Exchange it, Function<String, byte[]> blob) {
    JsonNode moved = it.extra().get(FIELD);
    if (moved == null || !moved.isArray()) {
      return it;
    }
    Map<String, String> nameByPlace = new HashMap<>();
    for (JsonNode one : moved) {
      nameByPlace.put(one.path("at").asString(""), one.path("sha256").asString(""));
    }
    MovedTexts texts = new MovedTexts(nameByPlace, blob);
    Map<String, JsonNode> extra = new LinkedHashMap<>(it.extra());
    extra.remove(FIELD);
    return it.withBodies(
            it.request().map(body -> texts.restored("/request", body)),
            it.answer()
                .map(
                    answer ->
                        new Exchange.Answer(
                            answer.status(),
                            answer.streamed(),
                            answer.events(),
                            answer.body().map(body -> texts.restored("/answer/body", body)),
                            answer.losses())))
        .withExtra(texts.restored(extra));
  }

  private RawJson restored(String at, RawJson body) {
    root = at;
    out.clear();
    copy.copy(body.bytes());
    return RawJson.trusted(out.copy());
  }

  private Map<String, JsonNode> restored(Map<String, JsonNode> extra) {
    if (extra.isEmpty()) {
      return extra;
    }
    RawJson whole = restored("/extra", RawJson.of(Json.object().setAll(extra)));
    Map<String, JsonNode> restored = new LinkedHashMap<>();
    whole.tree().forEachEntry(restored::put);
    return restored;
  }

  @Override
  public String clean(String text) {
    if (looking || !text.startsWith(JsonCopy.MOVED)) {
      return text;
    }
    looking = true;
    String name = nameByPlace.get(root + copy.pointer());
    looking = false;
    return name != null && text.equals(JsonCopy.MOVED + name)
        ? new String(blob.apply(name), StandardCharsets.UTF_8)
        : text;
  }
}
