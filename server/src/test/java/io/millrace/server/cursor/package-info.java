/** Tests of cursors: a stepped server, consumers that remember, a model in plain collections. */
@NullMarked
package io.millrace.server.cursor;

import org.jspecify.annotations.NullMarked;
