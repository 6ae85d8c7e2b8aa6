package io.millrace.server.security.user;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Randomness;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange that RFC 7677 shows, and what clients might send in place of it. */
final class ScramTest {
  private static final String PASSWORD = "pencil";
  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String CLIENT_FINAL =
      "c=biws,r=rOprNGfwEbeRWgbNEkqO"
          + SERVER_NONCE
          + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private final ScramCredential credential =
      ScramCredential.ofPassword(ScramMechanism.SHA_256, PASSWORD, SALT, 4096);

  private ScramExchange exchange() {
    return new ScramExchange(ScramMechanism.SHA_256, name -> credential, SERVER_NONCE);
  }

  private static String answer(ScramExchange exchange, String message) {
    return new String(exchange.evaluate(message.getBytes(UTF_8)), UTF_8);
  }

  @Test
  void isTheExchangeOfRfc7677() {
    ScramExchange exchange = exchange();

    assertThat(answer(exchange, CLIENT_FIRST)).isEqualTo(SERVER_FIRST);
    assertThat(exchange.isComplete()).isFalse();
    assertThat(answer(exchange, CLIENT_FINAL)).isEqualTo(SERVER_FINAL);
    assertThat(exchange.isComplete()).isTrue();
    assertThat(exchange.user()).isEqualTo("user");
  }

  /** As librdkafka 2.0 does. */
  @Test
  void acceptsANonceWhoseFirstPartIsSaidTwice() {
    String own = "rOprNGfwEbeRWgbNEkqO";
    String withoutProof = "c=biws,r=" + own + own + SERVER_NONCE;
    byte[] authMessage =
        (CLIENT_FIRST.substring("n,,".length()) + "," + SERVER_FIRST + "," + withoutProof)
            .getBytes(UTF_8);
    byte[] salted = Scram.saltedPassword(ScramMechanism.SHA_256, PASSWORD, SALT, 4096);
    byte[] clientKey = Scram.hmac(ScramMechanism.SHA_256, salted, "Client Key".getBytes(UTF_8));
    byte[] signature = Scram.hmac(ScramMechanism.SHA_256, credential.storedKey(), authMessage);
    String proof = Base64.getEncoder().encodeToString(Scram.xor(clientKey, signature));
    ScramExchange exchange = exchange();
    answer(exchange, CLIENT_FIRST);

    assertThat(answer(exchange, withoutProof + ",p=" + proof)).startsWith("v=");
    assertThat(exchange.isComplete()).isTrue();
  }

  /** The example of RFC 5802 is of SHA-1; its hash function is the only difference. */
  @Test
  void makesTheKeysOfPbkdf2WithSha512() {
    // Known answer of PBKDF2 with HMAC-SHA-512: "password", "salt", 1 and 2 iterations.
    assertThat(hex(Scram.saltedPassword(ScramMechanism.SHA_512, "password", salt(), 1)))
        .startsWith("867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252");
    assertThat(hex(Scram.saltedPassword(ScramMechanism.SHA_512, "password", salt(), 2)))
        .startsWith("e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c");
  }

  private static byte[] salt() {
    return "salt".getBytes(UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void refusesAWrongProof() {
    ScramExchange exchange = exchange();
    answer(exchange, CLIENT_FIRST);

    assertThatThrownBy(() -> answer(exchange, CLIENT_FINAL.replace("p=dH", "p=dI")))
        .isInstanceOfSatisfying(
            LoginException.class,
            e -> assertThat(e.reason()).isEqualTo(LoginException.Reason.CREDENTIALS));
    assertThat(exchange.isComplete()).isFalse();
    assertThatThrownBy(() -> answer(exchange, CLIENT_FINAL)).isInstanceOf(LoginException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        ",,",
        "n,,",
        "n,,n=",
        "n,,n=,r=",
        "n,,r=x,n=user",
        "n,,n=user",
        "n,,n=us=er,r=x",
        "n,a=other,n=user,r=x",
        "p=tls-unique,,n=user,r=x",
        "n,,m=ext,n=user,r=x",
        "n,,n=user,r=x,tokenauth=true",
        "\0user\0password"
      })
  void refusesWhatIsNoFirstMessage(String message) {
    ScramExchange exchange = exchange();
    assertThatThrownBy(() -> answer(exchange, message)).isInstanceOf(LoginException.class);
    assertThatThrownBy(() -> answer(exchange, CLIENT_FIRST)).isInstanceOf(LoginException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,r=x",
        "c=biws,r=x,p=",
        "c=biws,r=x,p=!!!!",
        "c=eSws,r=rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmi",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE + ",p=AAAA",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,p="
      })
  void refusesWhatIsNoLastMessage(String message) {
    ScramExchange exchange = exchange();
    answer(exchange, CLIENT_FIRST);
    assertThatThrownBy(() -> answer(exchange, message)).isInstanceOf(LoginException.class);
    assertThat(exchange.isComplete()).isFalse();
  }

  @Test
  void readsNamesWithCommasAndEqualsSigns() {
    ScramExchange exchange = exchange();
    answer(exchange, "n,,n=CN=3Dann=2CO=3Dus,r=x");
    assertThat(exchange.user()).isEqualTo("CN=ann,O=us");
  }

  @Test
  void knowsItsPassword() {
    assertThat(credential.isPassword(PASSWORD)).isTrue();
    assertThat(credential.isPassword("Pencil")).isFalse();
    assertThat(credential.isPassword("")).isFalse();
    assertThat(credential.toString()).doesNotContain(PASSWORD).contains("4096");
  }

  @Test
  void showsOfAnUnknownUserWhatItWouldShowOfAnyOther() {
    Logins logins =
        new Logins(
            LoginOptions.OFF,
            new UserView(),
            new byte[] {1, 2, 3},
            Randomness.secure(),
            Runnable::run,
            new SimpleMeterRegistry());
    String first = answer(logins.scram(ScramMechanism.SHA_512), "n,,n=nobody,r=x");
    String again = answer(logins.scram(ScramMechanism.SHA_512), "n,,n=nobody,r=x");
    String other = answer(logins.scram(ScramMechanism.SHA_512), "n,,n=someone,r=x");

    assertThat(saltOf(first)).isEqualTo(saltOf(again)).isNotEqualTo(saltOf(other));
    assertThat(first).isNotEqualTo(again).endsWith("i=" + Logins.ITERATIONS);
  }

  private static String saltOf(String serverFirst) {
    return serverFirst.substring(serverFirst.indexOf(",s="), serverFirst.indexOf(",i="));
  }
}
