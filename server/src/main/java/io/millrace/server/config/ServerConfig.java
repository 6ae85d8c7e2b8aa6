package io.millrace.server.config;

import jakarta.validation.Valid;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration of a server, one record for each component. Immutable; built and
 * validated by {@link ConfigReader}.
 */
public record ServerConfig(
    @Valid NetworkConfig network,
    @Valid TlsConfig tls,
    @Valid AuthConfig auth,
    @Section("auth.oauth") @Valid OauthConfig oauth,
    @Valid AclConfig acl,
    @Valid QuotasConfig quotas,
    @Valid StorageConfig storage,
    @Valid ShardsConfig shards,
    @Valid TopicsConfig topics,
    @Valid GroupsConfig groups,
    @Valid TransactionsConfig transactions,
    @Valid JmsConfig jms,
    @Valid AdminConfig admin,
    @Valid LoggingConfig log) {

  /**
   * The defaults with some settings changed, for programs that embed a server.
   *
   * @param settings texts by dotted name, as in the configuration file
   * @throws ConfigException when one is unknown or out of range
   */
  public static ServerConfig of(Map<String, String> settings) {
    return ConfigReader.read(List.of(new ConfigSource("the program", settings)));
  }
}
