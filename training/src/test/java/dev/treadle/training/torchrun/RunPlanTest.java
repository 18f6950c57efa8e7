package dev.treadle.training.torchrun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.training.CountingDataset;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tokens.Batches;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.Packing;
import dev.treadle.training.tokens.Sequence;
import dev.treadle.transcript.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunPlanTest {
  private static final int PROCESSES = 3;
  private static final int WINDOW = 2 * 2 * PROCESSES;

  private static final TrainingSettings SETTINGS =
      TrainingSettings.read(Json.read(SmallRun.settings(2)));

  private final Dataset dataset = CountingDataset.of(30, 1);

  @TempDir private Path folder;

  @Test
  void hasTheStepsOfTheOwnEngine() {
    RunPlan plan = RunPlan.training(dataset, SETTINGS, PROCESSES, false);
    Batches own =
        new Batches(
            dataset.sequences(),
            Packing.none(dataset.sequences()),
            2 * PROCESSES,
            2,
            SETTINGS.engine().seed());

    assertThat(plan.steps()).isEqualTo(3 * own.stepsPerEpoch());
    Batches.Cursor cursor = Batches.Cursor.START;
    for (int step = 0; step < plan.steps(); step++) {
      Batches.Step theirs = own.step(cursor);
      List<Sequence> expected = new ArrayList<>();
      theirs.microBatches().forEach(expected::addAll);
      assertThat(sequences(plan, step)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(plan.targets()[step]).isEqualTo(theirs.targets());
      assertThat(plan.tokens()[step]).isEqualTo(theirs.tokens());
      cursor = theirs.next();
    }
  }

  private static List<Sequence> sequences(RunPlan plan, int step) {
    List<Sequence> found = new ArrayList<>();
    for (int i = step * WINDOW; i < (step + 1) * WINDOW; i++) {
      if (plan.order()[i] != RunPlan.EMPTY) {
        plan.packing()
            .rows()
            .get(plan.order()[i])
            .forEach(it -> found.add(plan.sequences().get(it)));
      }
    }
    return found;
  }

  @Test
  void computesTogetherWhatIsAboutAsLong() {
    RunPlan plan = RunPlan.training(dataset, SETTINGS, PROCESSES, false);

    for (int step = 0; step < plan.steps(); step++) {
      assertThat(sequences(plan, step))
          .isSortedAccordingTo(Comparator.comparing(Sequence::length).reversed());
    }
  }

  @Test
  void packsOnlyWhereThatIsAskedFor() {
    RunPlan packed = RunPlan.training(dataset, SETTINGS, PROCESSES, true);

    assertThat(packed.packing().rows().size()).isLessThan(30);
    assertThat(sequences(packed, 0).size()).isGreaterThan(WINDOW);
  }

  @Test
  void judgesByEachRowOnce() {
    RunPlan plan = RunPlan.validation(dataset, SETTINGS, PROCESSES, false);

    assertThat(plan.order()).hasSize(30).startsWith(0, 1, 2);
    assertThat(RunPlan.validation(CountingDataset.of(7, 2), SETTINGS, PROCESSES, false).order())
        .hasSize(12)
        .endsWith(6, -1, -1, -1, -1, -1);
  }

  @Test
  void fileHoldsWhatWasPlanned() {
    RunPlan plan = RunPlan.training(dataset, SETTINGS, PROCESSES, true);
    Path path = folder.resolve("train.safetensors");
    SequenceFile.write(path, plan);

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      ByteBuffer ids = bytes(file, "input_ids");
      ByteBuffer labels = bytes(file, "labels");
      ByteBuffer bounds = bytes(file, "sequence_bounds");
      for (int i = 0; i < plan.sequences().size(); i++) {
        Sequence sequence = plan.sequences().get(i);
        int begin = (int) bounds.getLong(Long.BYTES * i);
        assertThat(bounds.getLong(Long.BYTES * (i + 1)) - begin).isEqualTo(sequence.length());
        for (int j = 0; j < sequence.length(); j++) {
          int at = Integer.BYTES * (begin + j);
          assertThat(ids.getInt(at)).isEqualTo(sequence.tokens()[j]);
          assertThat(labels.getInt(at))
              .isEqualTo(sequence.targets()[j] ? sequence.tokens()[j] : -100);
        }
      }
      ByteBuffer rows = bytes(file, "row_bounds");
      assertThat(rows.getLong(rows.limit() - Long.BYTES)).isEqualTo(30);
      assertThat(bytes(file, "order").limit()).isEqualTo(plan.order().length * Integer.BYTES);
      assertThat(bytes(file, "step_targets").getLong(0)).isEqualTo(plan.targets()[0]);
    }
  }

  private static ByteBuffer bytes(SafetensorsFile file, String tensor) {
    SafetensorsHeader.Entry entry = Objects.requireNonNull(file.header().tensors().get(tensor));
    ByteBuffer bytes =
        ByteBuffer.allocate((int) entry.tensor().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    file.read(entry, 0, bytes);
    return bytes.flip();
  }
}
