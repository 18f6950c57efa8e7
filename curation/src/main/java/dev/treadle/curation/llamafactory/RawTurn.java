package dev.treadle.curation.llamafactory;

import tools.jackson.databind.JsonNode;

/**
 * A turn between converter and template: its content may still be anything.
 *
 * @param where the field it came from, for messages
 */
record RawTurn(Role role, JsonNode content, String where) {}
