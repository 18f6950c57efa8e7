/** The HTTP/1.1 server: connections, limits, who went away. Knows nothing of models. */
@NullMarked
package dev.treadle.gateway.http;

import org.jspecify.annotations.NullMarked;
