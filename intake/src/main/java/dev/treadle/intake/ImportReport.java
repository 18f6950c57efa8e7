package dev.treadle.intake;

import java.util.List;
import java.util.SortedMap;

/**
 * What an import found and did. The counts of {@code lines} add up to {@code linesRead}.
 *
 * @param filesRead files that were opened
 * @param filesUnchanged files that the cursor passed over
 * @param filesSkipped files that could not be read; each is in {@code problems}
 * @param bytesRead bytes of the files that were opened
 * @param linesRead lines of those, the blank and the broken too
 * @param lines how many lines of each type; {@code skipped:*} were not understood
 * @param conversations conversations that were put together, branches and agents' ones included
 * @param branches of those, how many continue after a rewind
 * @param agents of those, how many are an agent's own
 * @param messages in them
 * @param replayed branches left out because each of their answers stands in another session
 * @param unansweredTurns what a person wrote and no model answered
 * @param pairedResults tool results that were paired with their call
 * @param unpairedResults tool results whose call is not in the file
 * @param unansweredCalls calls without a result
 * @param repairedParents messages whose parent was missing and that were put behind the line before
 * @param added examples that are new
 * @param revised examples that say something else than before
 * @param unchanged examples that were there already
 * @param tooLarge examples that were not taken because a line of the lake cannot hold them
 * @param forgotten examples that were not taken because they are to be forgotten
 * @param problemCount how many problems there were
 * @param problems the first of them, a line each
 */
public record ImportReport(
    long filesRead,
    long filesUnchanged,
    long filesSkipped,
    long bytesRead,
    long linesRead,
    SortedMap<String, Long> lines,
    long conversations,
    long branches,
    long agents,
    long messages,
    long replayed,
    long unansweredTurns,
    long pairedResults,
    long unpairedResults,
    long unansweredCalls,
    long repairedParents,
    long added,
    long revised,
    long unchanged,
    long tooLarge,
    long forgotten,
    long problemCount,
    List<String> problems) {}
