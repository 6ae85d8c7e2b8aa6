package io.millrace.jms.jndi;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.config.Option;
import io.millrace.jms.config.ServerUri;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * A naming context out of properties, with no server behind it. {@code java.naming.provider.url} is
 * the URI of factories that have none of their own.
 *
 * <pre>
 * connectionFactory.NAME = millrace://host:port?option=value     or empty
 * connectionFactory.NAME.OPTION = value
 * queue.NAME = physical name
 * topic.NAME = physical name
 * </pre>
 *
 * <p>Beside those there are always {@code ConnectionFactory}, {@code QueueConnectionFactory},
 * {@code TopicConnectionFactory}, and {@code dynamicQueues/ANY} and {@code dynamicTopics/ANY}.
 */
public final class MillraceInitialContextFactory implements InitialContextFactory {
  private static final String FACTORY = "connectionFactory.";
  private static final String QUEUE = "queue.";
  private static final String TOPIC = "topic.";
  private static final String[] STANDARD = {
    "ConnectionFactory", "QueueConnectionFactory", "TopicConnectionFactory"
  };

  /** Called by the naming manager. */
  public MillraceInitialContextFactory() {}

  @Override
  @SuppressWarnings("JdkObsolete") // as the interface declares it
  public Context getInitialContext(@Nullable Hashtable<?, ?> environment) throws NamingException {
    Map<String, String> properties = new TreeMap<>();
    if (environment != null) {
      environment.forEach(
          (key, value) -> properties.put(String.valueOf(key), String.valueOf(value)));
    }
    String url = properties.getOrDefault(Context.PROVIDER_URL, ServerUri.DEFAULT);
    Map<String, Object> bindings = new TreeMap<>();
    try {
      for (String name : STANDARD) {
        bindings.put(name, new MillraceConnectionFactory(url));
      }
      for (Map.Entry<String, String> property : properties.entrySet()) {
        bind(bindings, property.getKey(), property.getValue().trim(), url, properties);
      }
    } catch (IllegalArgumentException wrong) {
      ConfigurationException failure = new ConfigurationException(wrong.getMessage());
      failure.initCause(wrong);
      throw failure;
    }
    return new ReadOnlyContext(bindings, environment);
  }

  private static void bind(
      Map<String, Object> bindings,
      String key,
      String value,
      String url,
      Map<String, String> properties) {
    if (key.startsWith(QUEUE)) {
      bindings.put(key.substring(QUEUE.length()), new MillraceQueue(value));
    } else if (key.startsWith(TOPIC)) {
      bindings.put(key.substring(TOPIC.length()), new MillraceTopic(value));
    } else if (key.startsWith(FACTORY)) {
      String name = key.substring(FACTORY.length());
      int dot = name.lastIndexOf('.');
      boolean isOption = dot > 0 && properties.containsKey(FACTORY + name.substring(0, dot));
      if (!isOption) {
        bindings.put(name, factory(name, value.isEmpty() ? url : value, properties));
      }
    }
  }

  private static MillraceConnectionFactory factory(
      String name, String uri, Map<String, String> properties) {
    ServerUri parsed = ServerUri.parse(uri);
    String prefix = FACTORY + name + ".";
    for (Map.Entry<String, String> property : properties.entrySet()) {
      if (property.getKey().startsWith(prefix)) {
        Option option = Option.of(property.getKey().substring(prefix.length()));
        parsed = parsed.withOptions(parsed.options().with(option, property.getValue().trim()));
      }
    }
    return new MillraceConnectionFactory(parsed.toUriString());
  }
}
