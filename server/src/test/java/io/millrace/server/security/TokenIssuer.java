package io.millrace.server.security;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;

/** An identity provider: it issues tokens, and shows the keys that sign them. */
final class TokenIssuer implements AutoCloseable {
  static final String NAME = "https://issuer.example";
  static final String AUDIENCE = "millrace";

  private final List<PublicJsonWebKey> shown = new ArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final HttpServer http;
  private volatile boolean up = true;

  TokenIssuer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/keys",
        exchange -> {
          reads.incrementAndGet();
          byte[] body = keySet().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(up ? 200 : 503, up ? body.length : -1);
          if (up) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    http.start();
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/keys";
  }

  /** The set of keys as others see it. */
  synchronized String keySet() {
    return new JsonWebKeySet(shown.toArray(PublicJsonWebKey[]::new))
        .toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
  }

  synchronized void show(PublicJsonWebKey... keys) {
    shown.clear();
    shown.addAll(List.of(keys));
  }

  void up(boolean value) {
    up = value;
  }

  int reads() {
    return reads.get();
  }

  static PublicJsonWebKey named(PublicJsonWebKey key, String id) {
    key.setKeyId(id);
    return key;
  }

  /** The claims of a good token. */
  static JwtClaims claims(String user, int seconds) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(NAME);
    claims.setAudience(AUDIENCE);
    claims.setSubject(user);
    claims.setIssuedAtToNow();
    NumericDate end = NumericDate.now();
    end.addSeconds(seconds);
    claims.setExpirationTime(end);
    return claims;
  }

  static String sign(JwtClaims claims, PublicJsonWebKey key, String algorithm) throws Exception {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setKey(key.getPrivateKey());
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(algorithm);
    return signature.getCompactSerialization();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
