/** The vendors' own libraries, unchanged, against the gateway before every kind of upstream. */
@NullMarked
package dev.treadle.gateway.conformance;

import org.jspecify.annotations.NullMarked;
