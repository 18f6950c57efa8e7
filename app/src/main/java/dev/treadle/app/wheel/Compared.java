package dev.treadle.app.wheel;

import dev.treadle.routing.LearnedRouter.Observation;
import java.time.Instant;

/** A comparison as a router learns from it: models are named as the route writes its targets. */
record Compared(String id, Instant time, Observation observation) {}
