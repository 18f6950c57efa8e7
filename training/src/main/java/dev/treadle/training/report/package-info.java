/** What a run of training says of itself: its log, the loss as a curve, a page to look at. */
@NullMarked
package dev.treadle.training.report;

import org.jspecify.annotations.NullMarked;
