/** What the packages of training share: its failures. */
@NullMarked
package dev.treadle.training;

import org.jspecify.annotations.NullMarked;
