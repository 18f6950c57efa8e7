package dev.treadle.training.torchrun;

import dev.treadle.training.adapter.AdapterWriter;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.settings.Tuning;
import dev.treadle.training.tensor.ParameterPlan;
import dev.treadle.training.tensor.Parameters;
import dev.treadle.training.tensor.Tuned;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program that takes Python's place: it says that it has all packages, and as torchrun does what
 * a test's script says, in the folder of the run's files.
 */
final class StandIn {
  static final String ALL =
      "{\"torch\":\"2.9.0+cu129\",\"transformers\":\"4.57.1\",\"accelerate\":\"1.10.0\","
          + "\"peft\":\"0.17.0\",\"deepspeed\":\"0.18.1\",\"python\":\"3.12\",\"gpus\":0}";

  private final Path folder;
  private final Path program;

  StandIn(Path folder) {
    this.folder = folder;
    this.program = folder.resolve("python");
  }

  /** Writes the program: what it says of its packages, and what it does. */
  String does(String packages, String script) throws IOException {
    Files.writeString(
        program,
        """
        #!/bin/sh
        if [ "$1" = -c ]; then
          echo 'TREADLE %s'
          exit 0
        fi
        place=%s
        echo "$*" >"$place/words"
        env >"$place/environment"
        say() { echo "$1" >>progress.jsonl; }
        step() {
          say '{"type":"step","step":'$1',"epoch":0.5,"loss":'$2',"learning_rate":0.01,"grad_norm":1.5,"tokens":40,"target_tokens":30,"tokens_per_second":100.0,"memory_bytes":1000,"seconds":'$1'.0}'
        }
        keep() {
          mkdir -p "../checkpoint-$1"
          cp "$place/$2"/* "../checkpoint-$1"
          echo '{"step":'$1'}' >"../checkpoint-$1/treadle.json"
          say '{"type":"checkpoint","step":'$1',"folder":"checkpoint-'$1'","best":false}'
        }
        over() { say '{"type":"end","step":'$1',"at":"2026-01-01T00:00:00Z","reason":"done","result":"","seconds":2.0}'; }
        %s
        """
            .formatted(packages, folder, script));
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("no mode for " + program);
    }
    return program.toString();
  }

  String words() throws IOException {
    return Files.readString(folder.resolve("words"));
  }

  String environment() throws IOException {
    return Files.readString(folder.resolve("environment"));
  }

  /** An adapter for {@code keep}, all of whose numbers are the same; of B, another. */
  void adapter(String name, TrainingRequest request, float b, int left) {
    Tuning.Lora lora = (Tuning.Lora) request.settings().tuning();
    ModelShape shape = ModelShape.read(request.base());
    List<Parameters.Wanted> wanted =
        ParameterPlan.of(shape, ModelTensors.of(shape), new Tuned.LowRank(lora.adapter()));
    List<AdapterWriter.Matrices> modules = new ArrayList<>();
    for (Parameters.Wanted it : wanted) {
      if (it.name().endsWith(ParameterPlan.LORA_A)) {
        String module = it.name().replace(ParameterPlan.LORA_A, "");
        Parameters.Wanted other =
            wanted.stream()
                .filter(found -> found.name().equals(module + ParameterPlan.LORA_B))
                .findFirst()
                .orElseThrow();
        int rank = it.shape().getFirst().intValue();
        int in = it.shape().get(1).intValue();
        int out = other.shape().getFirst().intValue();
        modules.add(
            new AdapterWriter.Matrices(
                module, in, out, filled(rank * in, 0.1f), filled(out * rank, b)));
      }
    }
    AdapterWriter.write(
        folder.resolve(name), lora.adapter(), modules.subList(0, modules.size() - left), List.of());
  }

  private static FloatBuffer filled(int count, float number) {
    float[] numbers = new float[count];
    Arrays.fill(numbers, number);
    return FloatBuffer.wrap(numbers);
  }
}
