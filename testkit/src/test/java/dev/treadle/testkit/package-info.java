/** Tests of what the tests stand on. */
@NullMarked
package dev.treadle.testkit;

import org.jspecify.annotations.NullMarked;
