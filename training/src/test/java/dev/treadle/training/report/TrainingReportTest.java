package dev.treadle.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TrainingReportTest {
  private static final String HOSTILE =
      "</title><script>alert('\"1\"')</script>\u202e\u0000\ud800&";

  @Test
  void saysWhatTheRunWas() {
    String page = TrainingReport.html("my run", Runs.run(600));

    assertThat(page)
        .startsWith("<!doctype html>")
        .contains("<h1>my run</h1>")
        .contains("Ended (done) after 600 of 600 steps, begun 2031-02-03T04:05:06Z")
        .contains("<td>base</td><td>models/Qwen3-0.6B</td>")
        .contains("sha256:0f1e", "sha256:2d3c")
        .contains("<td>left out: no answer in it</td><td>12</td>")
        .contains("<td>checkpoint-75</td>")
        .contains("<title>step 75: validation loss")
        .contains("33 min");
    assertThat(Pattern.compile("best so far").matcher(page).results().count()).isGreaterThan(2);
  }

  @Test
  void settingsThatAreNotTheDefaultStandOut() {
    String page = TrainingReport.html("my run", Runs.run(10));

    assertThat(page)
        .contains("<tr class=\"chosen\"><td>training.threads</td><td>2</td></tr>")
        .contains("<tr><td>training.learning_rate</td><td>0.0002</td></tr>")
        .contains("<tr><td>lora.target_modules</td><td>all-linear</td></tr>");
    assertThat(Pattern.compile("class=\"chosen\"").matcher(page).results().count()).isEqualTo(1);
  }

  @Test
  void isTheSameWhetherTheSettingsComeFromAFileOrNot() {
    List<LogEntry> run = Runs.run(10);
    List<LogEntry> read =
        run.stream()
            .map(it -> Json.read(Json.write(LogEntryCodec.json(it))))
            .map(it -> LogEntryCodec.entry(it, "").orElseThrow())
            .toList();

    assertThat(TrainingReport.html("x", read)).isEqualTo(TrainingReport.html("x", run));
  }

  @Test
  void textsFromOutsideAreOnlyShown() {
    LogEntry.Start start =
        new LogEntry.Start(
            Runs.BEGUN,
            Json.object().set("lora", Json.object().put("bias", HOSTILE)),
            HOSTILE,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            3,
            1,
            1,
            1,
            1,
            1,
            1,
            Map.of(HOSTILE, 1L));
    List<LogEntry> entries =
        List.of(
            start,
            Runs.step(1, 2),
            new LogEntry.Checkpoint(1, HOSTILE, true),
            new LogEntry.End(1, Runs.BEGUN, HOSTILE, HOSTILE, 1));

    String page = TrainingReport.html(HOSTILE, entries);

    assertThat(page)
        .doesNotContain("<script", "alert('", "\u202e", "\u0000", "\ud800")
        .contains("&lt;/title&gt;&lt;script&gt;alert(&#39;&quot;1&quot;&#39;)", "\\u202e");
  }

  @Test
  void loadsNothingAndRunsNothing() {
    String page = TrainingReport.html("my run", Runs.run(100));

    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContainPattern("(?i)(src|href)=|url\\(|@import|<script|<link|<img|\\son\\w+=");
    for (Mark.Ink ink : Mark.Ink.values()) {
      assertThat(page).contains("." + Svg.name(ink));
    }
  }

  @Test
  void runThatHasNotEndedSaysSo() {
    List<LogEntry> entries = new ArrayList<>(Runs.run(100));
    entries.add(new LogEntry.Resume(100, Runs.BEGUN, "checkpoint-100"));
    entries.add(Runs.step(101, 1));

    assertThat(TrainingReport.html("x", entries))
        .contains("Not ended: 101 of 100 steps are done, resumed once");
    assertThat(TrainingReport.html("x", List.of())).contains("Not ended: 0 steps are done.");
  }

  @Test
  void staysSmall() {
    assertThat(TrainingReport.html("x", Runs.run(20_000))).hasSizeLessThan(300_000);
  }

  @Test
  void settingsOfALaterVersionDoNotHurt() {
    LogEntry.Start start = Runs.start(1);
    LogEntry.Start other =
        new LogEntry.Start(
            start.at(),
            TrainingSettings.defaults().toJson().put("news", 1),
            "b",
            "",
            "d",
            "",
            1,
            1,
            1,
            1,
            1,
            1,
            1,
            Map.of());

    assertThat(TrainingReport.html("x", List.of(other))).contains("training.seed");
  }
}
