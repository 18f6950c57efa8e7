/** A local model behind OpenAI's API. */
@NullMarked
package dev.treadle.app.local;

import org.jspecify.annotations.NullMarked;
