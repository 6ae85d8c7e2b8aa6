/**
 * The five kinds of message and the plain one, their properties and the conversions that Jakarta
 * Messaging prescribes. Nothing here knows sessions or the network.
 */
@NullMarked
package io.millrace.jms.message;

import org.jspecify.annotations.NullMarked;
