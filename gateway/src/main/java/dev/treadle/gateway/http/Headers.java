package dev.treadle.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in order, their names in lower case. For one thread. */
public final class Headers {
  private final List<String> fields = new ArrayList<>(24);

  /** One more field, after those of the same name. */
  public Headers add(String name, String value) {
    fields.add(name.toLowerCase(Locale.ROOT));
    fields.add(value);
    return this;
  }

  /** The field alone of its name. */
  public Headers set(String name, String value) {
    remove(name);
    return add(name, value);
  }

  /** Takes out every field of that name, which is in lower case. */
  public Headers remove(String name) {
    for (int i = fields.size() - 2; i >= 0; i -= 2) {
      if (fields.get(i).equals(name)) {
        fields.remove(i + 1);
        fields.remove(i);
      }
    }
    return this;
  }

  /** The first field of that name, which is in lower case. */
  public Optional<String> first(String name) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equals(name)) {
        return Optional.of(fields.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** Name and value of each, in order. */
  public void forEach(BiConsumer<String, String> each) {
    for (int i = 0; i < fields.size(); i += 2) {
      each.accept(fields.get(i), fields.get(i + 1));
    }
  }

  /** The media type of {@code content-type}, without parameters, in lower case. */
  public Optional<String> mediaType() {
    return first("content-type")
        .map(it -> it.substring(0, it.indexOf(';') < 0 ? it.length() : it.indexOf(';')))
        .map(it -> it.strip().toLowerCase(Locale.ROOT));
  }
}
