/** Tests of transactions: a stepped server that crashes wherever it likes. */
@NullMarked
package io.millrace.server.tx;

import org.jspecify.annotations.NullMarked;
