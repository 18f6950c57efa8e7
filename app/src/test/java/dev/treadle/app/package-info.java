/** Tests of the whole house: its plan, its pages, its command line. */
@NullMarked
package dev.treadle.app;

import org.jspecify.annotations.NullMarked;
