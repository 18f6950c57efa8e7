package dev.treadle.training.tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tokens that are looked for in a text before anything else, such as {@code <|im_end|>}. */
final class AddedTokens {
  private final Map<Character, List<Added>> byFirst = new HashMap<>();
  private final Set<Integer> special = new HashSet<>();

  /** One of them. */
  record Added(String text, int id, boolean isSpecial) {}

  /** Where one of them stands in a text. */
  record Found(Added token, int begin) {
    int end() {
      return begin + token.text().length();
    }
  }

  AddedTokens(List<Added> tokens) {
    for (Added it : tokens) {
      if (it.isSpecial()) {
        special.add(it.id());
      }
      if (!it.text().isEmpty()) {
        byFirst.computeIfAbsent(it.text().charAt(0), _ -> new ArrayList<>()).add(it);
      }
    }
    byFirst
        .values()
        .forEach(it -> it.sort(Comparator.comparing((Added token) -> -token.text().length())));
  }

  boolean isSpecial(int id) {
    return special.contains(id);
  }

  /** The first one in {@code text} at or after {@code from}; of several there, the longest. */
  Optional<Found> first(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      for (Added it : byFirst.getOrDefault(text.charAt(i), List.of())) {
        if (text.startsWith(it.text(), i)) {
          return Optional.of(new Found(it, i));
        }
      }
    }
    return Optional.empty();
  }

  /** All of them in {@code text}, in order. */
  List<Found> all(String text) {
    List<Found> found = new ArrayList<>();
    for (Optional<Found> it = first(text, 0); it.isPresent(); it = first(text, it.get().end())) {
      found.add(it.get());
    }
    return found;
  }
}
