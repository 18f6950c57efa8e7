/**
 * How alike texts are: one normal form, shingles, MinHash signatures, and clusters of
 * near-duplicates; and small models that learn from texts: a classifier, a regressor and clusters
 * by topic (docs/classifier.md).
 *
 * <p>Start at {@link dev.treadle.measure.text.NearDuplicates}. Signatures are pure functions of the
 * text, and clusters are a pure function of the set of texts and keys: neither the order of adding
 * nor the number of threads that made the signatures shows.
 */
@NullMarked
package dev.treadle.measure.text;

import org.jspecify.annotations.NullMarked;
