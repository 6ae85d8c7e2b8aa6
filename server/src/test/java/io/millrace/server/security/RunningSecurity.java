package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.boot.MillraceServer;
import io.millrace.server.cli.MillraceCommand;
import io.millrace.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A whole server whose clients log in, and these clients. */
final class RunningSecurity implements AutoCloseable {
  private static final String PASSWORD = "-secret";

  private final Path directory;
  private final Map<String, String> settings = new HashMap<>();
  private MillraceServer server;

  RunningSecurity(Path directory, String... more) throws IOException {
    this.directory = directory;
    settings.put("storage.data-dir", directory.resolve("data").toString());
    settings.put("network.port", "0");
    settings.put("admin.port", "0");
    settings.put("auth.mode", "required");
    settings.put("shards.count", "2");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    server = MillraceServer.start(ServerConfig.of(settings));
  }

  void restart() throws IOException {
    server.close();
    server = MillraceServer.start(ServerConfig.of(settings));
  }

  int port() {
    return server.port();
  }

  /** Runs a command of the command line on this server. */
  int run(String... command) {
    String[] all = new String[command.length + 2];
    System.arraycopy(command, 0, all, 0, command.length);
    all[command.length] = "--data";
    all[command.length + 1] = directory.resolve("data").toString();
    return MillraceCommand.run(all);
  }

  /** Adds a user with the password that the clients here use. */
  void add(String user) throws IOException {
    assertThat(run("user", "add", user, "--password-file", file(user + PASSWORD))).isZero();
  }

  void setPassword(String user, String password) throws IOException {
    assertThat(run("user", "password", user, "--password-file", file(password))).isZero();
  }

  private String file(String password) throws IOException {
    Path file = Files.createTempFile(directory, "password", ".txt");
    return Files.writeString(file, password + "\n").toString();
  }

  Map<String, Object> client(String mechanism, String user, String password) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", "127.0.0.1:" + port());
    config.put("security.protocol", "SASL_PLAINTEXT");
    config.put("sasl.mechanism", mechanism);
    String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    config.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security."
            + module
            + " required username=\""
            + user
            + "\" password=\""
            + password
            + "\";");
    return config;
  }

  Map<String, Object> client(String user) {
    return client("SCRAM-SHA-512", user, user + PASSWORD);
  }

  Admin admin(String user) {
    return Admin.create(client(user));
  }

  KafkaProducer<String, String> producer(String user, String... more) {
    return new KafkaProducer<>(
        with(client(user), more), new StringSerializer(), new StringSerializer());
  }

  KafkaConsumer<String, String> consumer(String user, String... more) {
    Map<String, Object> config = client(user);
    config.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(
        with(config, more), new StringDeserializer(), new StringDeserializer());
  }

  private static Map<String, Object> with(Map<String, Object> config, String... more) {
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return config;
  }

  MillraceConnectionFactory jms() {
    return new MillraceConnectionFactory("millrace://127.0.0.1:" + port());
  }

  static String passwordOf(String user) {
    return user + PASSWORD;
  }

  /** What {@code /metrics} says. */
  String metrics() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Override
  public void close() {
    server.close();
  }
}
