package io.millrace.server.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.boot.MillraceServer;
import io.millrace.server.cli.MillraceCommand;
import io.millrace.server.config.ServerConfig;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what {@code docs/security.md} says, word by word. Needs a shell and openssl. */
final class SecurityPageTest {
  private static final Set<String> SERVER_FILES =
      Set.of("tls.certificate-file", "tls.key-file", "tls.trust-file");

  @TempDir private Path directory = Path.of("");

  @Test
  @Timeout(180)
  void itsCommandsAndSettingsMakeAServerAndItsClients() throws Exception {
    run(String.join("\n", blocks("sh")));
    List<String> settings = blocks("properties");
    assertThat(settings).hasSize(7);

    Map<String, String> server = new HashMap<>();
    server.put("storage.data-dir", directory.resolve("data").toString());
    server.put("network.port", "0");
    server.put("admin.port", "0");
    read(settings.get(0) + settings.get(1), server);
    SERVER_FILES.forEach(name -> server.computeIfPresent(name, (n, file) -> path(file)));

    try (MillraceServer running = MillraceServer.start(ServerConfig.of(server))) {
      String address = "localhost:" + running.port();
      Map<String, String> kafka = new HashMap<>();
      read(settings.get(2), kafka);
      kafka.replaceAll((name, value) -> name.endsWith(".location") ? path(value) : value);
      kafka.put("bootstrap.servers", address);
      try (Admin admin = Admin.create(new HashMap<String, Object>(kafka))) {
        assertThat(admin.describeCluster().nodes().get(60, TimeUnit.SECONDS)).hasSize(1);
      }
      new MillraceConnectionFactory(jmsUri(address)).createConnection().close();
    }
  }

  /** Logs in with the passwords that the page's commands have set. */
  @Test
  @Timeout(180)
  void itsUsersLogInAndDoWhatTheyMay() throws Exception {
    run(String.join("\n", blocks("sh")));
    List<String> settings = blocks("properties");
    Map<String, String> server = new HashMap<>();
    server.put("storage.data-dir", directory.resolve("data").toString());
    server.put("network.port", "0");
    server.put("network.host", "0.0.0.0"); // which the settings make possible
    server.put("admin.port", "0");
    read(settings.get(0) + settings.get(3), server);
    SERVER_FILES.forEach(name -> server.computeIfPresent(name, (n, file) -> path(file)));
    Files.writeString(directory.resolve("admin-password.txt"), "admin's password\n");
    Files.writeString(directory.resolve("alice-password.txt"), "alice's password\n");

    try (MillraceServer running = MillraceServer.start(ServerConfig.of(server))) {
      for (String command : blocks("console").get(0).split("\n", -1)) {
        if (!command.isEmpty()) {
          assertThat(command).startsWith("millrace ");
          List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
          words.remove(0);
          words.replaceAll(word -> word.endsWith(".txt") ? path(word) : word);
          words.addAll(List.of("--data", directory.resolve("data").toString()));
          assertThat(MillraceCommand.run(words.toArray(String[]::new))).isZero();
        }
      }
      Map<String, String> kafka = new HashMap<>();
      read(settings.get(4), kafka);
      kafka.replaceAll((name, value) -> name.endsWith(".location") ? path(value) : value);
      kafka.put("bootstrap.servers", "localhost:" + running.port());
      try (Admin alice = Admin.create(new HashMap<String, Object>(kafka))) {
        assertThat(alice.listTopics().names().get(60, TimeUnit.SECONDS)).isEmpty();
        assertThatThrownBy(() -> alice.describeAcls(AclBindingFilter.ANY).values().get())
            .hasCauseInstanceOf(ClusterAuthorizationException.class);
      }
      kafka.replaceAll((name, value) -> value.replace("alice", "admin"));
      try (Admin admin = Admin.create(new HashMap<String, Object>(kafka))) {
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get(60, TimeUnit.SECONDS))
            .isEmpty();
      }
    }
  }

  private String jmsUri(String address) throws Exception {
    Matcher strings = Pattern.compile("\"([^\"]*)\"").matcher(blocks("java").get(0));
    StringBuilder uri = new StringBuilder();
    while (strings.find()) {
      uri.append(strings.group(1));
    }
    return uri.toString()
        .replace("localhost:9092", address)
        .replace("File=", "File=" + directory + "/");
  }

  private String path(String file) {
    return directory.resolve(file).toString();
  }

  private static void read(String text, Map<String, String> into) throws Exception {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    properties.stringPropertyNames().forEach(name -> into.put(name, properties.getProperty(name)));
  }

  private void run(String script) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(said).isZero();
  }

  /** The blocks of the page in a language, in order. */
  private static List<String> blocks(String language) throws Exception {
    Matcher block =
        Pattern.compile("(?s)```" + language + "\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs/security.md")));
    List<String> found = new ArrayList<>();
    while (block.find()) {
      found.add(block.group(1));
    }
    return found;
  }
}
