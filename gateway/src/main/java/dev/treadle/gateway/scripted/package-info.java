/**
 * A deterministic model API on a real loopback socket: what it answers, how fast and how it fails
 * are written in a script.
 */
@NullMarked
package dev.treadle.gateway.scripted;

import org.jspecify.annotations.NullMarked;
