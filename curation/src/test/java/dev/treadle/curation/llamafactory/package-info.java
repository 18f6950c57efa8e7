@NullMarked
package dev.treadle.curation.llamafactory;

import org.jspecify.annotations.NullMarked;
