/** Tests of the WAR in a container, against a server that records what reaches it. */
@NullMarked
package io.millrace.console.war;

import org.jspecify.annotations.NullMarked;
