package io.millrace.console.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteServerTest {
  private final RemoteServer server = RemoteServer.at("http://broker:8080");

  @ParameterizedTest
  @CsvSource({
    "http://broker:8080, http://broker:8080, http://broker:8080/api/v1/server",
    "HTTP://Broker:80/, http://broker, http://broker/api/v1/server",
    "https://broker:443/, https://broker, https://broker/api/v1/server",
    "https://broker/mq/, https://broker, https://broker/mq/api/v1/server",
    "http://[::1]:8080, http://[::1]:8080, http://[::1]:8080/api/v1/server"
  })
  void takesAddressesOfServers(String address, String origin, String target) {
    RemoteServer configured = RemoteServer.at(address);

    assertThat(configured.origin()).isEqualTo(origin);
    assertThat(configured.target("/api/v1/server", null)).hasValue(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "broker:8080",
        "ftp://broker",
        "file:///etc/passwd",
        "jar:http://broker!/",
        "http:///api",
        "http://broker:99999",
        "http://user:secret@broker",
        "http://broker/?x=1",
        "http://broker/#x",
        "http://broker/a/../b",
        "http://bro ker",
        "/api"
      })
  void refusesWhatIsNoneAndDoesNotRepeatIt(String address) {
    assertThatThrownBy(() -> RemoteServer.at(address))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank()
        .doesNotContain("secret")
        .doesNotContain(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/destinations/orders/messages/0/7",
        "/api/v1/destinations/a..b",
        "/api/v1/groups/caf%C3%A9%20%25",
        "/health/live"
      })
  void passesPathsOfTheApiOnUnchanged(String path) {
    assertThat(server.target(path, "a=%2e%2e%2f&b=//x"))
        .hasValue("http://broker:8080" + path + "?a=%2e%2e%2f&b=//x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/metrics",
        "/api/v2/server",
        "/api/v1",
        "/api/v10/x",
        "@evil.example/api/v1/x",
        "http://evil.example/api/v1/x",
        "//evil.example/api/v1/x",
        "/api/v1/../../metrics",
        "/api/v1/%2e%2e/%2E./metrics",
        "/api/v1/./server",
        "/health/..",
        "/api/v1/..;/metrics",
        "/api/v1/x;y=z",
        "/api/v1/a%2fb",
        "/api/v1/a%5Cb",
        "/api/v1/a\\..\\b",
        "/api/v1//evil.example",
        "/api/v1/a%0d%0ab",
        "/api/v1/a b",
        "/api/v1/a%",
        "/api/v1/a|b",
        "/api/v1/a#b"
      })
  void refusesEveryOtherPath(String path) {
    // A '#' would begin a fragment: what is behind it must not be cut off in silence.
    assertThat(server.target(path, null)).as(path).isEmpty();
  }

  @Test
  void findsWhatTheServerNamesBelowTheContextPath() {
    RemoteServer below = RemoteServer.at("https://broker/mq");

    assertThat(below.toBrowser("https://broker/mq/api/v1/destinations/a", "/console"))
        .isEqualTo("/console/api/v1/destinations/a");
    assertThat(server.toBrowser("/api/v1/destinations/a", "")).isEqualTo("/api/v1/destinations/a");
    assertThat(server.toBrowser("https://elsewhere/login", "/console"))
        .isEqualTo("https://elsewhere/login");
  }
}
