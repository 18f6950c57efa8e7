package dev.treadle.training.tensor;

import dev.treadle.training.adapter.AdapterConfiguration;

/** What is trained of a model. */
public sealed interface Tuned {
  /** Nothing: the model is only asked. */
  record Nothing() implements Tuned {}

  /** Two small matrices beside each linear module that an adapter aims at. */
  record LowRank(AdapterConfiguration adapter) implements Tuned {}

  /** All weights. */
  record Everything() implements Tuned {}
}
