/** Tests of the wire APIs. */
@NullMarked
package dev.treadle.transcript.dialect;

import org.jspecify.annotations.NullMarked;
