/** How to run it: commands and the composition root, the only place that joins stations. */
@NullMarked
package dev.treadle.app;

import org.jspecify.annotations.NullMarked;
