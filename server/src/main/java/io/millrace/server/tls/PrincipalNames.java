package io.millrace.server.tls;

import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.common.security.ssl.SslPrincipalMapper;

/**
 * From the subject of a client's certificate to the client's name, by Kafka's rules and Kafka's
 * code for them. Any thread.
 */
final class PrincipalNames {
  private final SslPrincipalMapper mapper;

  /**
   * Reads rules.
   *
   * @throws TlsException when they are malformed
   */
  PrincipalNames(String rules) throws TlsException {
    try {
      mapper = SslPrincipalMapper.fromRules(rules);
    } catch (IllegalArgumentException e) {
      throw new TlsException(
          "tls.principal-mapping = "
              + rules
              + ": expected DEFAULT or RULE:pattern/replacement/ with L or U behind it, divided by"
              + " commas: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * The name.
   *
   * @param subject a distinguished name (RFC 2253)
   * @return empty when no rule applies
   */
  Optional<String> of(String subject) {
    try {
      return Optional.of(mapper.getName(subject));
    } catch (IOException noRule) {
      return Optional.empty();
    }
  }
}
