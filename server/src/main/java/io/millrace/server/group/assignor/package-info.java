/**
 * Who of a consumer group reads which partitions, when the server decides (KIP-848). Pure: the same
 * input gives the same assignment. Nothing of groups, protocols or shards may enter.
 */
@NullMarked
package io.millrace.server.group.assignor;

import org.jspecify.annotations.NullMarked;
