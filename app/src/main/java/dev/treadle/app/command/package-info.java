/** The commands, one class each. */
@NullMarked
package dev.treadle.app.command;

import org.jspecify.annotations.NullMarked;
