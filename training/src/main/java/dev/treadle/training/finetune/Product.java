package dev.treadle.training.finetune;

import dev.treadle.training.NewFolder;
import dev.treadle.training.model.CompanionFiles;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.settings.Tuning;
import dev.treadle.training.tensor.Adapters;
import dev.treadle.training.tensor.Models;
import dev.treadle.training.tensor.Network;
import java.util.Optional;

/** What a run makes: an adapter's folder, or a whole model's. */
final class Product {
  private final Tuning tuning;
  private final Weights base;
  private final Network network;

  Product(Tuning tuning, Weights base, Network network) {
    this.tuning = tuning;
    this.base = base;
    this.network = network;
  }

  /** Writes it as it is now into a folder that has begun. */
  void write(NewFolder folder) {
    switch (tuning) {
      case Tuning.Lora it ->
          Adapters.write(folder, it.adapter().of(base.folder().toString()), network.parameters());
      case Tuning.Full _ -> {
        Models.write(folder, base, network.parameters());
        CompanionFiles.copy(base.folder(), folder, Optional.empty());
      }
    }
  }
}
