package dev.treadle.gateway.http;

import java.util.Optional;

/**
 * A request as it was received.
 *
 * @param path without the query
 * @param query what follows the first question mark
 * @param body empty where there is none; nobody changes it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; copying a body would cost its reading.
public record HttpRequest(
    String method, String path, Optional<String> query, Headers headers, byte[] body) {}
