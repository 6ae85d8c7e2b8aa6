package io.millrace.jms.jndi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import jakarta.jms.ConnectionFactory;
import java.util.Collections;
import java.util.Properties;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.junit.jupiter.api.Test;

@SuppressWarnings("BanJNDI") // it is what is tested
class JndiTest {
  private final Properties properties = new Properties();

  JndiTest() {
    properties.put(
        Context.INITIAL_CONTEXT_FACTORY, "io.millrace.jms.jndi.MillraceInitialContextFactory");
    properties.put(Context.PROVIDER_URL, "millrace://provider:1");
  }

  @Test
  void findsWhatThePropertiesName() throws NamingException {
    properties.put("connectionFactory.jms/billing", "millrace://broker:2?prefetch=7");
    properties.put("connectionFactory.jms/billing.clientId", "b");
    properties.put("connectionFactory.plain", "");
    properties.put("queue.jms/orders", "shop.orders");
    properties.put("topic.prices", "shop.prices");

    InitialContext context = new InitialContext(properties);

    assertThat(uri(context.lookup("jms/billing")))
        .isEqualTo("millrace://broker:2?clientId=b&prefetch=7");
    assertThat(uri(context.lookup("plain"))).isEqualTo("millrace://provider:1");
    assertThat(uri(context.lookup("ConnectionFactory"))).isEqualTo("millrace://provider:1");
    assertThat(context.lookup("jms/orders")).isEqualTo(new MillraceQueue("shop.orders"));
    assertThat(context.lookup("prices")).isEqualTo(new MillraceTopic("shop.prices"));
    assertThat(context.lookup("dynamicQueues/a/b")).isEqualTo(new MillraceQueue("a/b"));
    assertThat(context.lookup("dynamicTopics/t")).isEqualTo(new MillraceTopic("t"));
    assertThat(Collections.list(context.list(""))).hasSize(7);
  }

  @Test
  void saysWhatIsMissingOrWrong() throws NamingException {
    InitialContext context = new InitialContext(properties);
    assertThatThrownBy(() -> context.lookup("nothing"))
        .isInstanceOf(NameNotFoundException.class)
        .hasMessageContaining("ConnectionFactory");
    assertThatThrownBy(() -> context.bind("a", "b")).isInstanceOf(NamingException.class);
    properties.put("connectionFactory.x", "millrace://a?nonsense=1");
    assertThatThrownBy(() -> new InitialContext(properties))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nonsense");
  }

  @Test
  void bringsAdministeredObjectsBackFromReferences() {
    MillraceObjectFactory factory = new MillraceObjectFactory();
    MillraceConnectionFactory sent =
        new MillraceConnectionFactory("millrace://a:1?user=u&password=p");

    Object got = factory.getObjectInstance(sent.getReference(), null, null, null);

    assertThat(got)
        .isInstanceOfSatisfying(
            MillraceConnectionFactory.class, f -> assertThat(f.getPassword()).isEqualTo("p"));
    Reference queue = new MillraceQueue("q").getReference();
    assertThat(factory.getObjectInstance(queue, null, null, null))
        .isEqualTo(new MillraceQueue("q"));
    assertThat(factory.getObjectInstance("other", null, null, null)).isNull();
  }

  private static String uri(Object factory) {
    assertThat(factory).isInstanceOf(ConnectionFactory.class);
    return ((MillraceConnectionFactory) factory).getUri();
  }
}
