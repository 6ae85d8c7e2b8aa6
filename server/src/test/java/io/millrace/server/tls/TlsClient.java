package io.millrace.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.server.testing.TestCertificate;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client that sends frames, over the JDK's own sockets. */
final class TlsClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 30_000;

  private final SSLSocket socket;

  /** Connects and shakes hands. */
  TlsClient(int port, Path trusted, Optional<TestCertificate> shown, String version)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        shown.isPresent() ? shown.get().keyManagers() : null,
        trust(trusted).getTrustManagers(),
        null);
    socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setEnabledProtocols(new String[] {version});
    try {
      socket.startHandshake();
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
  }

  private static TrustManagerFactory trust(Path certificate) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  /** The version of TLS that was agreed upon. */
  String version() {
    return socket.getSession().getProtocol();
  }

  /** What the server has shown. */
  X509Certificate certificate() throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  /** Sends a frame and waits for the answer. */
  String ask(String text) throws IOException {
    return ask(socket, text);
  }

  /** The same over any socket. */
  static String ask(Socket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(US_ASCII);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] answer = new byte[in.readInt()];
    in.readFully(answer);
    return new String(answer, US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
