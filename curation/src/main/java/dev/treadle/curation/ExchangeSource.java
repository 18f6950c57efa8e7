package dev.treadle.curation;

import dev.treadle.transcript.Purpose;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which exchanges with models a run gathers conversations from: a recipe's first step. */
record ExchangeSource(Set<Purpose> purposes) implements Stage.OfSource {
  static final String NAME = "exchanges";
  static final ExchangeSource STANDARD = new ExchangeSource(Set.of(Purpose.USER));

  ExchangeSource {
    purposes = Set.copyOf(purposes);
  }

  static ExchangeSource of(Parameters parameters) {
    boolean gather = parameters.flag("gather", true);
    List<String> words = parameters.words("purposes", List.of(Purpose.USER.wire()));
    Set<Purpose> purposes = EnumSet.noneOf(Purpose.class);
    for (String word : words) {
      purposes.add(Purpose.ofWire(word).orElseThrow(() -> unknown(word)));
    }
    return new ExchangeSource(gather ? purposes : Set.of());
  }

  private static RuntimeException unknown(String word) {
    List<String> known = Arrays.stream(Purpose.values()).map(Purpose::wire).toList();
    return Stages.invalid(
        NAME + ".purposes: there is no purpose '" + word + "'" + Stages.nearest(word, known));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int version() {
    return 1;
  }
}
