package io.millrace.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.config.ServerConfig;
import io.millrace.server.testing.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds {@code docs/metrics.md} against what {@code /metrics} of a whole server shows. */
class DocumentedMetricsTest {
  private static final Pattern DOCUMENTED = Pattern.compile("`(millrace_[a-z_]+)(?:\\{[a-z]+})?`");
  private static final Pattern SHOWN =
      Pattern.compile("(?m)^# TYPE (millrace_[a-z_]+?)(?:_max)? [a-z]+$");

  @TempDir private Path directory = Path.of("");

  @Test
  void thePageNamesEveryMetricOfMillraceAndNoOther() throws Exception {
    Path certificates = directory.resolve("server.pem");
    Path key = directory.resolve("server-key.pem");
    new TestAuthority(directory, "authority").server("CN=server").writeTo(certificates, key);
    ServerConfig config =
        ServerConfig.of(
            Map.ofEntries(
                Map.entry("tls.mode", "optional"),
                Map.entry("tls.certificate-file", certificates.toString()),
                Map.entry("tls.key-file", key.toString()),
                Map.entry("auth.mode", "optional"),
                Map.entry("auth.mechanisms", "OAUTHBEARER"),
                Map.entry("auth.oauth.jwks", keySet().toString()),
                Map.entry("auth.oauth.issuer", "issuer"),
                Map.entry("acl.mode", "on"),
                Map.entry("storage.data-dir", directory.toString()),
                Map.entry("network.port", "0"),
                Map.entry("admin.port", "0")));
    try (MillraceServer server = MillraceServer.start(config)) {
      URI http = URI.create(server.readyLine().split(" ")[2] + "/");
      createQueue(http);

      assertThat(all(SHOWN, send(HttpRequest.newBuilder(http.resolve("/metrics")).build())))
          .isEqualTo(documented());
    }
  }

  private Path keySet() throws Exception {
    String keys =
        new JsonWebKeySet(EcJwkGenerator.generateJwk(EllipticCurves.P256))
            .toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    return Files.writeString(directory.resolve("keys.json"), keys);
  }

  private void createQueue(URI http) throws Exception {
    String token = Files.readString(directory.resolve("admin-token")).strip();
    send(
        HttpRequest.newBuilder(http.resolve("/api/v1/destinations"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"name\":\"orders\",\"kind\":\"queue\"}"))
            .build());
  }

  private static String send(HttpRequest request) throws Exception {
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response.body();
  }

  private static Set<String> documented() throws IOException {
    return all(DOCUMENTED, Files.readString(Path.of("../docs/metrics.md")));
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
