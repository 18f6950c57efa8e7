/** Reading files of lines: streaming, bounded, whatever they hold. */
@NullMarked
package dev.treadle.intake.lines;

import org.jspecify.annotations.NullMarked;
