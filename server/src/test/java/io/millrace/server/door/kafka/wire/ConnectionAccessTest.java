package io.millrace.server.door.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.security.acl.Grants;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

class ConnectionAccessTest {
  private static final long MS = 1_000_000;

  private final ConnectionAccess access = new ConnectionAccess(true, () -> Grants.ALL);

  @Test
  void servesALoginOnlyBeforeOne() {
    assertThat(access.isGuarded()).isTrue();
    assertThat(access.refusalOf(ApiKeys.API_VERSIONS, 0)).isNull();
    assertThat(access.refusalOf(ApiKeys.SASL_HANDSHAKE, 0)).isNull();
    assertThat(access.refusalOf(ApiKeys.SASL_AUTHENTICATE, 0)).isNull();
    assertThat(access.refusalOf(ApiKeys.METADATA, 0)).contains("before it has logged in");
  }

  @Test
  void looksAtNothingBehindALoginForEver() {
    access.loggedIn(0, 0);
    assertThat(access.isGuarded()).isFalse();
    assertThat(access.hasSessions()).isFalse();
  }

  @Test
  void aSessionEndsUnlessItsClientLogsInAgainEvenLate() {
    access.loggedIn(5 * MS, 1000);
    assertThat(access.refusalOf(ApiKeys.METADATA, 1005 * MS)).isNull();
    assertThat(access.refusalOf(ApiKeys.METADATA, 1006 * MS)).contains("session has ended");
    assertThat(access.refusalOf(ApiKeys.SASL_HANDSHAKE, 2000 * MS)).isNull();
    access.loggedIn(2000 * MS, 1000);
    assertThat(access.refusalOf(ApiKeys.METADATA, 3000 * MS)).isNull();
    assertThat(access.refusalOf(ApiKeys.METADATA, 3001 * MS)).contains("session has ended");
  }

  @Test
  void tellsOnceThatSomebodyHasLoggedIn() {
    int[] told = {0};
    access.onLogin(() -> told[0]++);
    access.loggedIn(0, 1000);
    access.loggedIn(10, 1000);
    assertThat(told[0]).isEqualTo(1);
  }
}
