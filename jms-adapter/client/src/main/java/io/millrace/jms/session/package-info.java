/**
 * Connections, sessions, producers and consumers of the classic and the domain-specific API: the
 * rules of Jakarta Messaging on top of the link. The simplified API stands on this package, not the
 * other way round.
 */
@NullMarked
package io.millrace.jms.session;

import org.jspecify.annotations.NullMarked;
