package io.millrace.server.door.kafka.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.TokenCheck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The message of OAUTHBEARER, and what is said to a wrong one. */
final class BearerMessageTest {
  private static BearerMessage parse(String text) {
    return BearerMessage.parse(text.replace('|', '\u0001').getBytes(UTF_8));
  }

  @Test
  void readsTokenAndNameAmongExtensions() {
    assertThat(parse("n,,|auth=Bearer a.b.c||")).isEqualTo(new BearerMessage("", "a.b.c"));
    assertThat(parse("y,a=al=2Cice=3D,|host=h|auth=bearer x|traceId=1=2||"))
        .isEqualTo(new BearerMessage("al,ice=", "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "|",
        "||",
        "n,,||",
        "n,,|auth=Bearer x|",
        "n,,|auth=Basic x||",
        "n,,|auth=Bearer ||",
        "n,,|auth=Bearer x|auth=Bearer y||",
        "n,,|=Bearer x||",
        "n,,|novalue|auth=Bearer x||",
        "p=tls-unique,,|auth=Bearer x||",
        "n,b=alice,|auth=Bearer x||",
        "n,a=,|auth=Bearer x||",
        "n|auth=Bearer x||"
      })
  void refusesWhatIsNoSuchMessage(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(LoginException.class);
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThatThrownBy(() -> parse("n,,|auth=Bearer " + "x".repeat(BearerMessage.MAX_BYTES) + "||"))
        .isInstanceOf(LoginException.class)
        .hasMessageContaining("more than");
  }

  @Test
  void aRefusedTokenIsAnsweredAndFailsWhenTheClientHasTakenThat() {
    TokenLogin login =
        new TokenLogin(
            (token, outcome) -> outcome.refused(LoginException.untrusted("it is " + token)));
    List<SaslMechanism.Step> steps = new ArrayList<>();
    login.evaluate("n,,\u0001auth=Bearer bad\u0001\u0001".getBytes(UTF_8), steps::add);
    assertThat(new String(steps.get(0).answer(), UTF_8)).contains("invalid_token");
    assertThat(steps.get(0).error()).isNull();
    assertThat(steps.get(0).user()).isNull();

    login.evaluate(new byte[] {1}, steps::add);
    assertThat(steps.get(1).error()).hasMessage("it is bad");
  }

  @Test
  void nobodyLogsInAsAnotherThanTheTokenSays() {
    TokenLogin login =
        new TokenLogin((token, outcome) -> outcome.proved(new TokenCheck.Proof("alice", 5)));
    List<SaslMechanism.Step> steps = new ArrayList<>();
    login.evaluate("n,a=bob,\u0001auth=Bearer x\u0001\u0001".getBytes(UTF_8), steps::add);
    assertThat(steps.get(0).user()).isNull();
    login.evaluate(new byte[] {1}, steps::add);
    assertThat(steps.get(1).error()).isNotNull();
  }
}
