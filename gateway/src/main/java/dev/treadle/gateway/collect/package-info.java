/**
 * Training mode: asks several models what a user asked, has the answers scored, keeps the
 * comparison and uploads it; and takes in what other gateways compared.
 */
@NullMarked
package dev.treadle.gateway.collect;

import org.jspecify.annotations.NullMarked;
