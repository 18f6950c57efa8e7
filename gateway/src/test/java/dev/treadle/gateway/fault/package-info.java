/** What a client, the record and the next upstream see when an upstream or a client fails. */
@NullMarked
package dev.treadle.gateway.fault;

import org.jspecify.annotations.NullMarked;
