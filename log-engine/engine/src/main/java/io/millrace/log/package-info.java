/**
 * The store API: logs of record batches, kept durably, whatever they are kept on.
 *
 * <p>Narrow enough for a store across a network: appends, fences and deletions complete
 * asynchronously, and no file appears here. Implementations live in packages below; the contract
 * tests in this module's test jar hold for every one of them.
 */
@NullMarked
package io.millrace.log;

import org.jspecify.annotations.NullMarked;
