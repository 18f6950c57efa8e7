@NullMarked
package dev.treadle.curation;

import org.jspecify.annotations.NullMarked;
