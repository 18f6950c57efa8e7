package dev.treadle.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CacheKeyTest {
  private static CacheKey key(long epoch, List<String> parts) {
    CacheKey.Parts all = CacheKey.of(epoch);
    parts.forEach(all::add);
    return all.key();
  }

  @Test
  void partsDoNotRunIntoEachOther() {
    assertThat(key(1, List.of("ab", "c")))
        .isNotEqualTo(key(1, List.of("a", "bc")))
        .isNotEqualTo(key(1, List.of("abc")))
        .isNotEqualTo(key(1, List.of("ab", "c", "")))
        .isNotEqualTo(key(2, List.of("ab", "c")))
        .isEqualTo(key(1, List.of("ab", "c")));
  }

  @Property(tries = 2000)
  void isTheSameForTheSamePartsOnly(
      @ForAll @Size(max = 4)
          List<@StringLength(max = 3) @CharRange(from = 'a', to = 'b') String> one,
      @ForAll @Size(max = 4)
          List<@StringLength(max = 3) @CharRange(from = 'a', to = 'b') String> other) {
    assertThat(key(1, one).equals(key(1, other))).isEqualTo(one.equals(other));
  }
}
