package dev.treadle.store;

/**
 * What a reader met so far.
 *
 * @param records the lines that it gave
 * @param forgotten records left out because they are forgotten
 * @param superseded records left out because a later revision exists
 * @param tornBytes bytes at the end of plain segments that are no record: a line that is being
 *     written, or one that its writer never finished
 * @param damagedLines lines of sealed segments whose checksum is wrong
 * @param damagedSegments sealed segments that could not be read to their end
 */
public record ReadReport(
    long records,
    long forgotten,
    long superseded,
    long tornBytes,
    long damagedLines,
    int damagedSegments) {}
