/** Removes credentials and personal data from text before it is kept. */
@NullMarked
package dev.treadle.store.redaction;

import org.jspecify.annotations.NullMarked;
