package io.millrace.jms.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.jms.MillraceConnectionFactory;
import java.beans.BeanInfo;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void theReferencePageListsEveryOptionAsItIs() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../../docs/jms.md")).stream()
            .dropWhile(line -> !line.startsWith("| option |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();

    assertThat(rows)
        .isEqualTo(
            Arrays.stream(Option.values())
                .map(
                    o ->
                        String.join(
                            " | ",
                            "| " + o.key(),
                            o.defaultValue(),
                            o.range(),
                            o.description() + " |"))
                .toList());
  }

  @Test
  void everyOptionIsAPropertyOfTheFactory() throws IntrospectionException {
    BeanInfo bean = Introspector.getBeanInfo(MillraceConnectionFactory.class);
    List<String> writable =
        Arrays.stream(bean.getPropertyDescriptors())
            .filter(p -> p.getReadMethod() != null && p.getWriteMethod() != null)
            .map(PropertyDescriptor::getName)
            .toList();

    assertThat(writable).containsAll(Arrays.stream(Option.values()).map(Option::key).toList());
  }

  @Test
  void readsHostsAndOptions() {
    ServerUri uri =
        ServerUri.parse("millrace://a,b:1,[::1]:2?prefetch=5&user=ann%26bob&reconnect=false");

    assertThat(uri.hosts())
        .containsExactly(
            new ServerAddress("a", 9092), new ServerAddress("b", 1), new ServerAddress("::1", 2));
    assertThat(uri.options().integer(Option.PREFETCH)).isEqualTo(5);
    assertThat(uri.options().text(Option.USER)).isEqualTo("ann&bob");
    assertThat(uri.options().truth(Option.RECONNECT)).isFalse();
    assertThat(ServerUri.parse(uri.toUriString())).hasToString(uri.toString());
  }

  @Test
  void saysWhatIsWrongWithAUri() {
    for (String[] wrong :
        new String[][] {
          {"tcp://a", "millrace://"},
          {"millrace://", "host:port"},
          {"millrace://a:0", "1..65535"},
          {"millrace://a:x", "not a port"},
          {"millrace://a:1:2", "host:port"},
          {"millrace://[::1", "host:port"},
          {"millrace://a?prefech=1", "unknown option 'prefech'"},
          {"millrace://a?prefetch=0", "1..1000000"},
          {"millrace://a?prefetch=many", "1..1000000"},
          {"millrace://a?reconnect=maybe", "true or false"},
          {"millrace://a?prefetch", "option=value"}
        }) {
      assertThatIllegalArgumentException()
          .as(wrong[0])
          .isThrownBy(() -> ServerUri.parse(wrong[0]))
          .withMessageContaining(wrong[1]);
    }
  }

  @Test
  void showsNoPassword() {
    MillraceConnectionFactory factory =
        new MillraceConnectionFactory("millrace://a?user=u&password=geheim");

    assertThat(factory.getUri()).contains("user=u").doesNotContain("geheim");
    assertThat(factory.toString()).doesNotContain("geheim");
    assertThat(factory.getPassword()).isEqualTo("geheim");
  }

  @Test
  void survivesSerialisation() throws IOException, ClassNotFoundException {
    MillraceConnectionFactory factory = new MillraceConnectionFactory("millrace://a:7?prefetch=9");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(factory);
    }

    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      MillraceConnectionFactory copy = (MillraceConnectionFactory) in.readObject();
      assertThat(copy.getUri()).isEqualTo("millrace://a:7?prefetch=9");
      assertThat(copy.getPrefetch()).isEqualTo(9);
    }
  }
}
