package dev.treadle.curation.llamafactory;

/** One turn as the trainer's template gets it. */
public record Turn(Role role, String content) {}
