/** Classifiers that are other programs: what a text is about, asked over HTTP or gRPC. */
@NullMarked
package dev.treadle.gateway.classify;

import org.jspecify.annotations.NullMarked;
