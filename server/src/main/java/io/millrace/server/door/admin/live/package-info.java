/** What changes while one looks: rates, the live list of destinations, the tail of a partition. */
@NullMarked
package io.millrace.server.door.admin.live;

import org.jspecify.annotations.NullMarked;
