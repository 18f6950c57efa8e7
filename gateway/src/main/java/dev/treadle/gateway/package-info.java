/**
 * Who answers, and what did we see? The server that clients talk to as they talk to a model API.
 */
@NullMarked
package dev.treadle.gateway;

import org.jspecify.annotations.NullMarked;
