/** What the gateway's benchmarks need beside wrk and nginx: started by the scripts in bench/. */
@NullMarked
package dev.treadle.gateway.bench;

import org.jspecify.annotations.NullMarked;
