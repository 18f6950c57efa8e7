@NullMarked
package dev.treadle.store.redaction;

import org.jspecify.annotations.NullMarked;
