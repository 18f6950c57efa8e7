package dev.treadle.curation.llamafactory;

/** One way in which the trainer would lose or change a part of a row that it accepts. */
public record Alteration(Reason reason, String explanation) {}
