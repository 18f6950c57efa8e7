@NullMarked
package dev.treadle.gateway.classify;

import org.jspecify.annotations.NullMarked;
