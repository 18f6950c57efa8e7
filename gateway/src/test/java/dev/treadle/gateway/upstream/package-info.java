@NullMarked
package dev.treadle.gateway.upstream;

import org.jspecify.annotations.NullMarked;
