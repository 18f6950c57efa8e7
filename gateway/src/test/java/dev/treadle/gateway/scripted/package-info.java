@NullMarked
package dev.treadle.gateway.scripted;

import org.jspecify.annotations.NullMarked;
