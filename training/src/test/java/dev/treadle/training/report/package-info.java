@NullMarked
package dev.treadle.training.report;

import org.jspecify.annotations.NullMarked;
