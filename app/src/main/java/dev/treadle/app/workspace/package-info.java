/** A folder with its configuration and its lake, and the machine around it. */
@NullMarked
package dev.treadle.app.workspace;

import org.jspecify.annotations.NullMarked;
