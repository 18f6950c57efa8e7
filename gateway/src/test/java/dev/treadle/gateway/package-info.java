/** Tests of the gateway, over real sockets. */
@NullMarked
package dev.treadle.gateway;

import org.jspecify.annotations.NullMarked;
