package dev.treadle.curation;

/** What comes of reading an example's messages for a trainer. */
sealed interface Reading permits Dialogue, Exclusion {}
