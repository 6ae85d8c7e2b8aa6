/** Tests of TLS: certificates and their reload, handshakes, whole servers with real clients. */
@NullMarked
package io.millrace.server.tls;

import org.jspecify.annotations.NullMarked;
