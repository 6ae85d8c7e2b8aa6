/**
 * What a log remembers of idempotent producers, to refuse duplicates and gaps, and of their
 * transactions.
 *
 * <p>Pure state; knows the batch format and the manifest's snapshot types only.
 */
@NullMarked
package io.millrace.log.local.producer;

import org.jspecify.annotations.NullMarked;
