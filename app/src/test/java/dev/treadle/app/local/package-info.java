@NullMarked
package dev.treadle.app.local;

import org.jspecify.annotations.NullMarked;
