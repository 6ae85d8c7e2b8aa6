/** Queues and topics as applications hold them: names, serialisable, storable in JNDI. */
@NullMarked
package io.millrace.jms.destination;

import org.jspecify.annotations.NullMarked;
