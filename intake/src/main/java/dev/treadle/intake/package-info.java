/** What other tools leave behind: readers for chat exports and agent session files. */
@NullMarked
package dev.treadle.intake;

import org.jspecify.annotations.NullMarked;
