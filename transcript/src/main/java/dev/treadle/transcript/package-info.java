/** What was said: the vocabulary of examples, ids and digests, and the one JSON codec. */
@NullMarked
package dev.treadle.transcript;

import org.jspecify.annotations.NullMarked;
