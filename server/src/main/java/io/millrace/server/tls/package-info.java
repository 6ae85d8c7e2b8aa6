/**
 * TLS on the port of Kafka and JMS clients, as a {@link io.millrace.server.net.TransportSecurity}:
 * the server's certificate and its reload, the handshake, and the names that clients' certificates
 * prove. Cryptography is the JDK's, the protocol's machinery Netty's; nothing of either is made
 * here, and nothing of what the connections then say may enter.
 */
@NullMarked
package io.millrace.server.tls;

import org.jspecify.annotations.NullMarked;
