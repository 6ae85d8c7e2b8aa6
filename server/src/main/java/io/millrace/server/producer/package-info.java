/**
 * Producer ids: numbers that name idempotent producers, given out once and never again.
 *
 * <p>What partitions remember of producers is the log engine's; nothing of it may enter here.
 */
@NullMarked
package io.millrace.server.producer;

import org.jspecify.annotations.NullMarked;
