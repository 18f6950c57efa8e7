package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.store.DatasetVersion.Split;
import dev.treadle.store.Runs.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** Blobs, state, dataset versions, runs and forgetting. */
class KeptThingsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void open() {
    lake = Lakes.create(folder, 1);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private Path root() {
    return folder.resolve("lake");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private DatasetVersion version(String name, String id) {
    try (DatasetDraft draft = lake.datasets().draft(name)) {
      draft.add(Split.TRAIN, Lakes.line(id, "1", "x"));
      draft.add(Split.TRAIN, Lakes.line(id + "2", "1", "x"));
      draft.add(Split.VAL, Lakes.line(id + "3", "1", "x"));
      return draft.commit("sha256:r", List.of("log/examples"), "run-1", "# Card");
    }
  }

  @Test
  void aBlobIsNamedByItsContent() throws IOException {
    String name = lake.blobs().put(bytes("hello"));
    assertThat(name).isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(lake.blobs().put(bytes("hello"))).isEqualTo(name);
    assertThat(lake.blobs().get(name)).isEqualTo(bytes("hello"));
    assertThat(root().resolve("blobs/2c").resolve(name)).exists();
    assertThat(lake.blobs().exists("0".repeat(64))).isFalse();
    assertThatThrownBy(() -> lake.blobs().get("0".repeat(64))).hasMessageContaining("no blob");
    assertThatThrownBy(() -> lake.blobs().get("../key")).hasMessageContaining("64 hexadecimal");
    Files.writeString(root().resolve("blobs/2c").resolve(name), "hullo");
    assertThatThrownBy(() -> lake.blobs().get(name)).hasMessageContaining("what its name says");
  }

  @Test
  void stateIsReplacedWhole() {
    assertThat(lake.state().read("cursor")).isEmpty();
    lake.state().write("cursor", bytes("{}"));
    lake.state().write("cursor", bytes("{\"a\":1}"));
    assertThat(lake.state().read("cursor")).contains(bytes("{\"a\":1}"));
    assertThatThrownBy(() -> lake.state().write("../x", bytes("{}"))).hasMessageContaining("named");
  }

  @Test
  void updatesOfStateAreNotLost() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int j = 0; j < 10; j++) {
                      lake.state()
                          .update("count", old -> bytes(old.map(String::new).orElse("") + "x"));
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(lake.state().read("count").orElseThrow()).hasSize(80);
  }

  @Test
  void theKeyIsMadeOnceAndPrivate() throws Exception {
    Set<String> keys = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int seed = 10 + i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (Lake other = Lake.open(root(), Lakes.settings(seed))) {
                      keys.add(java.util.HexFormat.of().formatHex(other.state().key()));
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(keys).hasSize(1).allMatch(key -> key.length() == 64);
    assertThat(Files.getPosixFilePermissions(root().resolve("state/key"))).hasSize(2);
  }

  @Test
  void aDatasetVersionAppearsWhole() throws IOException {
    DatasetVersion version = version("support", "a");
    assertThat(version.reference()).isEqualTo("support/1");
    assertThat(version.manifest().counts())
        .containsEntry("train.jsonl", 2L)
        .containsEntry("test.jsonl", 0L);
    String train = Files.readString(version.folder().resolve("train.jsonl"));
    assertThat(version.manifest().sha256())
        .containsEntry("train.jsonl", Blobs.sha256(bytes(train)));
    assertThat(Files.readString(version.folder().resolve("README.md")))
        .isEqualTo(
            """
            ---
            configs:
            - config_name: default
              data_files:
              - split: train
                path: train.jsonl
              - split: validation
                path: val.jsonl
            ---

            # Card
            """);
    assertThat(lake.datasets().version("support", 1).manifest()).isEqualTo(version.manifest());
    assertThatThrownBy(() -> lake.datasets().version("support", 2))
        .hasMessageContaining("no version 2");
    try (DatasetDraft draft = lake.datasets().draft("support")) {
      draft.add(Split.TRAIN, Lakes.line("b", "1", "x"));
    }
    assertThat(lake.datasets().versions("support")).hasSize(1);
  }

  @Test
  void versionsAreNumberedAcrossProcesses() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      threads.add(Thread.ofPlatform().start(() -> version("support", "a" + number)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(lake.datasets().versions("support"))
        .extracting(v -> v.manifest().version())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void aRunWhoseProcessDiedIsInterrupted() {
    MortalDisk process = new MortalDisk(new SystemDisk());
    Lake other = Lake.open(root(), Lakes.settings(process, 2, Lakes.SMALL));
    var configuration = JsonNodeFactory.instance.objectNode().put("a", 1);
    Run dying = other.runs().start("curate", configuration, List.of("log/examples"));
    Run run = lake.runs().start("curate", configuration, List.of());
    assertThat(lake.runs().list()).extracting(Runs.Details::status).containsOnly(Status.RUNNING);
    process.kill();
    assertThat(lake.runs().run(dying.id()).status()).isEqualTo(Status.INTERRUPTED);
    run.finish(Status.SUCCEEDED, List.of("datasets/support/1"), "done");
    Runs.Details details = lake.runs().run(run.id());
    assertThat(details.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(details.outputs()).containsExactly("datasets/support/1");
    assertThat(details.configuration()).isEqualTo(configuration);
    assertThat(details.finished()).contains(Lakes.NOW);
    assertThatThrownBy(() -> lake.runs().run("none")).hasMessageContaining("no run none");
    other.close();
  }

  @Test
  void forgettingHidesAtOnceAndErasingTakesTheBytes() throws IOException {
    for (String id : List.of("keep", "gone", "gone.part")) {
      lake.appendLine(
          Stream.EXAMPLES, Lakes.line(id, "1", "text of " + id), Durability.BEFORE_ANSWER);
    }
    version("clean", "keep");
    version("tainted", "gone");
    Files.writeString(
        Files.createDirectories(root().resolve("log/examples/2026-11-01")).resolve("a-1.jsonl.cut"),
        "gone");
    lake.forgetting().forget(Set.of("gone"));
    assertThat(Lakes.keys(lake.read(Stream.EXAMPLES))).containsExactly("keep/1");
    assertThat(Lakes.keys(lake.latest(Stream.EXAMPLES))).containsExactly("keep/1");
    assertThat(lake.eraseForgotten()).isEqualTo(new Forgetting.Erasure(1, 2, 1, 0, 1));
    assertThat(lake.datasets().latest("tainted")).isEmpty();
    assertThat(lake.datasets().latest("clean")).isPresent();
    try (var files = Files.walk(root().resolve("log"))) {
      Path sealed = files.filter(Files::isRegularFile).toList().getFirst();
      try (var in = new com.github.luben.zstd.ZstdInputStream(Files.newInputStream(sealed))) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .contains("keep")
            .doesNotContain("gone");
      }
    }
    assertThat(lake.eraseForgotten()).isEqualTo(new Forgetting.Erasure(0, 0, 0, 0, 0));
    assertThat(lake.forgetting().ids()).containsExactly("gone");
  }
}
