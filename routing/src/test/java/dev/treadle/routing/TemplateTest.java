package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is one template, and what is two. */
class TemplateTest {
  private static RoutingRequest request(String system, List<String> tools) {
    return new RoutingRequest("x", Optional.of(system), tools, Optional.empty(), false, 1);
  }

  private static Optional<String> whole(String system) {
    return Template.whole(request(system, List.of()));
  }

  @Test
  void blanksWhatChangesFromDayToDay() {
    assertThat(Template.steady("It is Tuesday, 3 March 2026, 10:15:07."))
        .isEqualTo(Template.steady("It is Friday, 28 August 2027, 9:01:44."));
    assertThat(Template.steady("Today: March 3, 2026"))
        .isEqualTo(Template.steady("Today: December 31, 1999"));
    assertThat(
            Template.steady("session 9f86d081-884c-7d65 of ann@example.org, see https://a.b/c?d=1"))
        .isEqualTo(
            Template.steady("session 60303ae2-2b99-8861 of bob@example.com, see https://x.y"));
    assertThat(Template.steady("You may  Answer\nbriefly.")).isEqualTo("you may answer briefly.");
  }

  @Test
  void tellsPromptsAndToolsApart() {
    assertThat(whole("You translate.")).isEqualTo(whole("You  translate."));
    assertThat(whole("You translate.")).isNotEqualTo(whole("You summarize."));
    assertThat(Template.whole(request("You code.", List.of("read", "write"))))
        .isEqualTo(Template.whole(request("You code.", List.of("write", "read"))))
        .isNotEqualTo(Template.whole(request("You code.", List.of("read"))));
    assertThat(Template.whole(RoutingRequest.of("x"))).isEmpty();
    assertThat(whole("")).isEmpty();
    assertThat(Template.whole(request("", List.of("read")))).isPresent();
  }

  @Test
  void knowsAPromptThatEndsInDocumentsByItsBeginning() {
    String head = "You answer from these documents and from nothing else. ".repeat(6);
    RoutingRequest cats = request(head + "Cats are animals.", List.of());
    RoutingRequest ships = request(head + "Ships are vehicles.", List.of());

    assertThat(Template.whole(cats)).isNotEqualTo(Template.whole(ships));
    assertThat(Template.head(cats)).isEqualTo(Template.head(ships));
  }
}
