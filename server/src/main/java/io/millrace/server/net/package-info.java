/**
 * The listener: one port for every protocol. Accepts connections within limits, tells the protocols
 * apart by the first bytes, cuts frames with their size capped before allocation, and stops reading
 * from a peer that sends or reads too slowly. Doors come in as {@link
 * io.millrace.server.net.DoorProtocol}; nothing of what a frame means may enter here.
 */
@NullMarked
package io.millrace.server.net;

import org.jspecify.annotations.NullMarked;
