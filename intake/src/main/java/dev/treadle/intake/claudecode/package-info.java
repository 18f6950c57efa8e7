/**
 * Claude Code's session files: their records, the tree that they form, and the conversations in it.
 */
@NullMarked
package dev.treadle.intake.claudecode;

import org.jspecify.annotations.NullMarked;
