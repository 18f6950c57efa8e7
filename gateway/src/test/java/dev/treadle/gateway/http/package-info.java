/** Tests of the HTTP server, over real sockets. */
@NullMarked
package dev.treadle.gateway.http;

import org.jspecify.annotations.NullMarked;
