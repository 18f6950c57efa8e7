/** Tests of the calls of upstreams, over real sockets. */
@NullMarked
package dev.treadle.gateway.upstream;

import org.jspecify.annotations.NullMarked;
