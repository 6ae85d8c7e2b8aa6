package io.millrace.jms.jndi;

import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NameParser;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * A flat context whose names were fixed when it was made. Names may contain slashes. Any thread may
 * look up.
 */
// The interface is of the time of Hashtable; what is looked up here was never serialised.
@SuppressWarnings({"JdkObsolete", "BanJNDI"})
final class ReadOnlyContext implements Context {
  private static final String DYNAMIC_QUEUES = "dynamicQueues/";
  private static final String DYNAMIC_TOPICS = "dynamicTopics/";

  private final Map<String, Object> bindings;
  private final Hashtable<Object, Object> environment = new Hashtable<>();

  ReadOnlyContext(Map<String, Object> bindings, @Nullable Hashtable<?, ?> environment) {
    this.bindings = new TreeMap<>(bindings);
    if (environment != null) {
      this.environment.putAll(environment);
    }
  }

  @Override
  public Object lookup(String name) throws NamingException {
    if (name.isEmpty()) {
      return new ReadOnlyContext(bindings, environment);
    }
    Object bound = bindings.get(name);
    if (bound != null) {
      return bound;
    }
    if (name.startsWith(DYNAMIC_QUEUES) && name.length() > DYNAMIC_QUEUES.length()) {
      return new MillraceQueue(name.substring(DYNAMIC_QUEUES.length()));
    }
    if (name.startsWith(DYNAMIC_TOPICS) && name.length() > DYNAMIC_TOPICS.length()) {
      return new MillraceTopic(name.substring(DYNAMIC_TOPICS.length()));
    }
    throw new NameNotFoundException(
        "'"
            + name
            + "' is not bound; there are "
            + bindings.keySet()
            + " and "
            + DYNAMIC_QUEUES
            + "NAME, "
            + DYNAMIC_TOPICS
            + "NAME");
  }

  @Override
  public Object lookup(Name name) throws NamingException {
    return lookup(name.toString());
  }

  @Override
  public Object lookupLink(Name name) throws NamingException {
    return lookup(name);
  }

  @Override
  public Object lookupLink(String name) throws NamingException {
    return lookup(name);
  }

  private static NamingException readOnly() {
    return new OperationNotSupportedException(
        "the names come from properties and cannot be changed");
  }

  @Override
  public void bind(Name name, Object object) throws NamingException {
    throw readOnly();
  }

  @Override
  public void bind(String name, Object object) throws NamingException {
    throw readOnly();
  }

  @Override
  public void rebind(Name name, Object object) throws NamingException {
    throw readOnly();
  }

  @Override
  public void rebind(String name, Object object) throws NamingException {
    throw readOnly();
  }

  @Override
  public void unbind(Name name) throws NamingException {
    throw readOnly();
  }

  @Override
  public void unbind(String name) throws NamingException {
    throw readOnly();
  }

  @Override
  public void rename(Name from, Name to) throws NamingException {
    throw readOnly();
  }

  @Override
  public void rename(String from, String to) throws NamingException {
    throw readOnly();
  }

  @Override
  public void destroySubcontext(Name name) throws NamingException {
    throw readOnly();
  }

  @Override
  public void destroySubcontext(String name) throws NamingException {
    throw readOnly();
  }

  @Override
  public Context createSubcontext(Name name) throws NamingException {
    throw readOnly();
  }

  @Override
  public Context createSubcontext(String name) throws NamingException {
    throw readOnly();
  }

  @Override
  public NamingEnumeration<NameClassPair> list(Name name) throws NamingException {
    return list(name.toString());
  }

  @Override
  public NamingEnumeration<NameClassPair> list(String name) throws NamingException {
    return names(name, e -> new NameClassPair(e.getKey(), e.getValue().getClass().getName()));
  }

  @Override
  public NamingEnumeration<Binding> listBindings(Name name) throws NamingException {
    return listBindings(name.toString());
  }

  @Override
  public NamingEnumeration<Binding> listBindings(String name) throws NamingException {
    return names(name, e -> new Binding(e.getKey(), e.getValue()));
  }

  private <T> NamingEnumeration<T> names(
      String name, Function<Map.Entry<String, Object>, T> conversion) throws NamingException {
    if (!name.isEmpty()) {
      throw new NameNotFoundException("there is no subcontext '" + name + "'");
    }
    return new Names<>(bindings.entrySet().stream().map(conversion).iterator());
  }

  @Override
  public NameParser getNameParser(Name name) {
    return CompositeName::new;
  }

  @Override
  public NameParser getNameParser(String name) {
    return CompositeName::new;
  }

  @Override
  public Name composeName(Name name, Name prefix) throws NamingException {
    return ((Name) prefix.clone()).addAll(name);
  }

  @Override
  public String composeName(String name, String prefix) {
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  @Override
  public @Nullable Object addToEnvironment(String name, Object value) {
    return environment.put(name, value);
  }

  @Override
  public @Nullable Object removeFromEnvironment(String name) {
    return environment.remove(name);
  }

  @Override
  public Hashtable<?, ?> getEnvironment() {
    Properties copy = new Properties();
    copy.putAll(environment);
    return copy;
  }

  @Override
  public String getNameInNamespace() {
    return "";
  }

  /** Nothing is held that could be closed. */
  @Override
  public void close() {}

  private record Names<T>(Iterator<T> left) implements NamingEnumeration<T> {
    @Override
    public T next() {
      return left.next();
    }

    @Override
    public boolean hasMore() {
      return left.hasNext();
    }

    @Override
    public void close() {
      left.forEachRemaining(ignored -> {});
    }

    @Override
    public boolean hasMoreElements() {
      return left.hasNext();
    }

    @Override
    public T nextElement() {
      return left.next();
    }
  }
}
