package io.millrace.server.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Randomness;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.config.AclConfig;
import io.millrace.server.config.AuthConfig;
import io.millrace.server.config.ConfigException;
import io.millrace.server.config.OauthConfig;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.door.admin.auth.AdminToken;
import io.millrace.server.security.acl.AccessControl;
import io.millrace.server.security.token.KeySource;
import io.millrace.server.security.token.TokenOptions;
import io.millrace.server.security.token.Tokens;
import io.millrace.server.security.user.LoginOptions;
import io.millrace.server.security.user.Logins;
import io.millrace.server.security.user.TokenCheck;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires who may come in, and what they may do. */
final class SecurityWiring {
  private static final Logger LOG = LoggerFactory.getLogger(SecurityWiring.class);
  private static final int HASHING_THREADS = 2;
  private static final int TOKEN_THREADS = 2;

  /**
   * Whether it is checked what clients may do.
   *
   * @param control null where it is not
   */
  record Checking(@Nullable AccessControl control) {}

  @Produces
  @Singleton
  Logins logins(
      ServerConfig config,
      ServerCore core,
      AdminToken token,
      Agents agents,
      Randomness randomness,
      MeterRegistry meters,
      Lifecycle lifecycle) {
    AuthConfig auth = config.auth();
    return new Logins(
        new LoginOptions(
            switch (auth.mode()) {
              case OFF -> LoginOptions.Mode.OFF;
              case OPTIONAL -> LoginOptions.Mode.OPTIONAL;
              case REQUIRED -> LoginOptions.Mode.REQUIRED;
            },
            auth.mechanismNames(),
            auth.maxSessionMs(),
            auth.deadlineMs(),
            auth.failureDelayMs()),
        core.broker().security().users(),
        // Known to nobody outside, and the same after a restart.
        token.text().getBytes(UTF_8),
        randomness,
        agents.blocking("millrace-logins", HASHING_THREADS),
        meters,
        tokens(config, agents, meters, lifecycle));
  }

  /**
   * What checks tokens.
   *
   * @throws ConfigException when it cannot be told which are good
   */
  private static TokenCheck tokens(
      ServerConfig config, Agents agents, MeterRegistry meters, Lifecycle lifecycle) {
    if (config.auth().mode() == AuthConfig.Mode.OFF
        || !config.auth().mechanismNames().contains(LoginOptions.OAUTHBEARER)) {
      return TokenCheck.NONE;
    }
    OauthConfig oauth = config.oauth();
    if (!oauth.isComplete()) {
      throw new ConfigException(
          "OAUTHBEARER in auth.mechanisms needs auth.oauth.jwks and auth.oauth.issuer");
    }
    try {
      Tokens tokens =
          new Tokens(
              new TokenOptions(
                  oauth.issuer(),
                  oauth.audiences(),
                  oauth.principalClaim(),
                  (int) TimeUnit.MILLISECONDS.toSeconds(oauth.clockSkewMs()),
                  oauth.refreshMs()),
              new KeySource(oauth.jwks(), agents.clock()),
              agents,
              agents.blocking("millrace-tokens", TOKEN_THREADS),
              meters);
      lifecycle.began("the keys of tokens", tokens);
      return tokens;
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("auth.oauth.jwks = " + oauth.jwks() + ": " + e);
    }
  }

  @Produces
  @Singleton
  Checking checking(ServerConfig config, ServerCore core, MeterRegistry meters) {
    AclConfig acl = config.acl();
    if (acl.mode() == AclConfig.Mode.OFF) {
      return new Checking(null);
    }
    if (acl.superUserNames().isEmpty()) {
      LOG.info("nobody is named in acl.super-users: only the rules that there are hold");
    }
    return new Checking(
        new AccessControl(
            core.broker().security().acls(),
            acl.superUserNames().stream()
                .map(AccessControl::principal)
                .collect(Collectors.toUnmodifiableSet()),
            acl.allowIfNoRule(),
            meters));
  }
}
