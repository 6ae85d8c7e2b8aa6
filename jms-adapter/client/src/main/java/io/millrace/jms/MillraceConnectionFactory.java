package io.millrace.jms;

import io.millrace.jms.config.Option;
import io.millrace.jms.config.ServerUri;
import io.millrace.jms.context.Contexts;
import io.millrace.jms.session.Domain;
import io.millrace.jms.session.MillraceConnection;
import io.millrace.jms.transport.IoThread;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/**
 * Where an application begins: {@code new
 * MillraceConnectionFactory("millrace://host:port?option=value")}. The options are described in
 * {@link Option}; each is a bean property too. A factory is safe for use by any thread; its
 * properties are set before it is used. The connections of a factory share one I/O thread, which
 * ends with the last of them.
 */
public final class MillraceConnectionFactory
    implements ConnectionFactory,
        QueueConnectionFactory,
        TopicConnectionFactory,
        Serializable,
        Referenceable {
  /** The reference's address that holds the URI. */
  public static final String REFERENCE_URI = "uri";

  private static final String OBJECT_FACTORY = "io.millrace.jms.jndi.MillraceObjectFactory";
  private static final long serialVersionUID = 1L;

  private volatile ServerUri uri;
  private transient IoThread ioThread = new IoThread();

  /** A factory for a server on this machine, port 9092. */
  public MillraceConnectionFactory() {
    this(ServerUri.DEFAULT);
  }

  /**
   * A factory for {@code millrace://host:port[,host:port…][?option=value&…]}.
   *
   * @throws IllegalArgumentException if the URI is malformed or names an unknown option
   */
  public MillraceConnectionFactory(String uri) {
    this.uri = ServerUri.parse(uri);
  }

  /** The URI with all options, passwords left out. */
  public String getUri() {
    return uri.toDisplayString();
  }

  /** Replaces hosts and options. */
  public void setUri(String value) {
    uri = ServerUri.parse(value);
  }

  private synchronized void set(Option option, String value) {
    uri = uri.withOptions(uri.options().with(option, value));
  }

  /** The option {@code user}. */
  public String getUser() {
    return uri.options().text(Option.USER);
  }

  public void setUser(String value) {
    set(Option.USER, value);
  }

  /** The option {@code password}. */
  public String getPassword() {
    return uri.options().text(Option.PASSWORD);
  }

  public void setPassword(String value) {
    set(Option.PASSWORD, value);
  }

  /** The option {@code tls}. */
  public boolean isTls() {
    return uri.options().truth(Option.TLS);
  }

  public void setTls(boolean value) {
    set(Option.TLS, Boolean.toString(value));
  }

  /** The option {@code trustFile}. */
  public String getTrustFile() {
    return uri.options().text(Option.TRUST_FILE);
  }

  public void setTrustFile(String value) {
    set(Option.TRUST_FILE, value);
  }

  /** The option {@code verifyHost}. */
  public boolean isVerifyHost() {
    return uri.options().truth(Option.VERIFY_HOST);
  }

  public void setVerifyHost(boolean value) {
    set(Option.VERIFY_HOST, Boolean.toString(value));
  }

  /** The option {@code certificateFile}. */
  public String getCertificateFile() {
    return uri.options().text(Option.CERTIFICATE_FILE);
  }

  public void setCertificateFile(String value) {
    set(Option.CERTIFICATE_FILE, value);
  }

  /** The option {@code keyFile}. */
  public String getKeyFile() {
    return uri.options().text(Option.KEY_FILE);
  }

  public void setKeyFile(String value) {
    set(Option.KEY_FILE, value);
  }

  /** The option {@code keyPassword}. */
  public String getKeyPassword() {
    return uri.options().text(Option.KEY_PASSWORD);
  }

  public void setKeyPassword(String value) {
    set(Option.KEY_PASSWORD, value);
  }

  /** The option {@code clientId}. */
  public String getClientId() {
    return uri.options().text(Option.CLIENT_ID);
  }

  public void setClientId(String value) {
    set(Option.CLIENT_ID, value);
  }

  /** The option {@code prefetch}. */
  public long getPrefetch() {
    return uri.options().number(Option.PREFETCH);
  }

  public void setPrefetch(long value) {
    set(Option.PREFETCH, Long.toString(value));
  }

  /** The option {@code prefetchBytes}. */
  public long getPrefetchBytes() {
    return uri.options().number(Option.PREFETCH_BYTES);
  }

  public void setPrefetchBytes(long value) {
    set(Option.PREFETCH_BYTES, Long.toString(value));
  }

  /** The option {@code connectTimeoutMs}. */
  public long getConnectTimeoutMs() {
    return uri.options().number(Option.CONNECT_TIMEOUT_MS);
  }

  public void setConnectTimeoutMs(long value) {
    set(Option.CONNECT_TIMEOUT_MS, Long.toString(value));
  }

  /** The option {@code requestTimeoutMs}. */
  public long getRequestTimeoutMs() {
    return uri.options().number(Option.REQUEST_TIMEOUT_MS);
  }

  public void setRequestTimeoutMs(long value) {
    set(Option.REQUEST_TIMEOUT_MS, Long.toString(value));
  }

  /** The option {@code reconnect}. */
  public boolean isReconnect() {
    return uri.options().truth(Option.RECONNECT);
  }

  public void setReconnect(boolean value) {
    set(Option.RECONNECT, Boolean.toString(value));
  }

  /** The option {@code reconnectDelayMs}. */
  public long getReconnectDelayMs() {
    return uri.options().number(Option.RECONNECT_DELAY_MS);
  }

  public void setReconnectDelayMs(long value) {
    set(Option.RECONNECT_DELAY_MS, Long.toString(value));
  }

  /** The option {@code reconnectMaxDelayMs}. */
  public long getReconnectMaxDelayMs() {
    return uri.options().number(Option.RECONNECT_MAX_DELAY_MS);
  }

  public void setReconnectMaxDelayMs(long value) {
    set(Option.RECONNECT_MAX_DELAY_MS, Long.toString(value));
  }

  /** The option {@code connectionsPerSocket}. */
  public int getConnectionsPerSocket() {
    return uri.options().integer(Option.CONNECTIONS_PER_SOCKET);
  }

  public void setConnectionsPerSocket(int value) {
    set(Option.CONNECTIONS_PER_SOCKET, Integer.toString(value));
  }

  /** The option {@code closeTimeoutMs}. */
  public long getCloseTimeoutMs() {
    return uri.options().number(Option.CLOSE_TIMEOUT_MS);
  }

  public void setCloseTimeoutMs(long value) {
    set(Option.CLOSE_TIMEOUT_MS, Long.toString(value));
  }

  /** The option {@code maxBatchBytes}. */
  public long getMaxBatchBytes() {
    return uri.options().number(Option.MAX_BATCH_BYTES);
  }

  public void setMaxBatchBytes(long value) {
    set(Option.MAX_BATCH_BYTES, Long.toString(value));
  }

  /** The option {@code maxOutstandingBytes}. */
  public long getMaxOutstandingBytes() {
    return uri.options().number(Option.MAX_OUTSTANDING_BYTES);
  }

  public void setMaxOutstandingBytes(long value) {
    set(Option.MAX_OUTSTANDING_BYTES, Long.toString(value));
  }

  /** The option {@code transactionBufferBytes}. */
  public long getTransactionBufferBytes() {
    return uri.options().number(Option.TRANSACTION_BUFFER_BYTES);
  }

  public void setTransactionBufferBytes(long value) {
    set(Option.TRANSACTION_BUFFER_BYTES, Long.toString(value));
  }

  /** The option {@code createDestinations}. */
  public boolean isCreateDestinations() {
    return uri.options().truth(Option.CREATE_DESTINATIONS);
  }

  public void setCreateDestinations(boolean value) {
    set(Option.CREATE_DESTINATIONS, Boolean.toString(value));
  }

  /** The option {@code trustedClasses}. */
  public String getTrustedClasses() {
    return uri.options().text(Option.TRUSTED_CLASSES);
  }

  public void setTrustedClasses(String value) {
    set(Option.TRUSTED_CLASSES, value);
  }

  private @Nullable String configured(Option option) {
    String value = uri.options().text(option);
    return value.isEmpty() ? null : value;
  }

  private MillraceConnection open(Domain domain, @Nullable String user, @Nullable String password)
      throws JMSException {
    return MillraceConnection.open(uri, domain, user, password, ioThread);
  }

  @Override
  public Connection createConnection() throws JMSException {
    return createConnection(configured(Option.USER), configured(Option.PASSWORD));
  }

  @Override
  public Connection createConnection(@Nullable String user, @Nullable String password)
      throws JMSException {
    return open(Domain.ANY, user, password);
  }

  @Override
  public QueueConnection createQueueConnection() throws JMSException {
    return createQueueConnection(configured(Option.USER), configured(Option.PASSWORD));
  }

  @Override
  public QueueConnection createQueueConnection(@Nullable String user, @Nullable String password)
      throws JMSException {
    return open(Domain.QUEUE, user, password);
  }

  @Override
  public TopicConnection createTopicConnection() throws JMSException {
    return createTopicConnection(configured(Option.USER), configured(Option.PASSWORD));
  }

  @Override
  public TopicConnection createTopicConnection(@Nullable String user, @Nullable String password)
      throws JMSException {
    return open(Domain.TOPIC, user, password);
  }

  @Override
  public JMSContext createContext() {
    return createContext(JMSContext.AUTO_ACKNOWLEDGE);
  }

  @Override
  public JMSContext createContext(int sessionMode) {
    return createContext(configured(Option.USER), configured(Option.PASSWORD), sessionMode);
  }

  @Override
  public JMSContext createContext(@Nullable String user, @Nullable String password) {
    return createContext(user, password, JMSContext.AUTO_ACKNOWLEDGE);
  }

  @Override
  public JMSContext createContext(
      @Nullable String user, @Nullable String password, int sessionMode) {
    return Contexts.open(() -> open(Domain.ANY, user, password), sessionMode);
  }

  @Override
  public Reference getReference() {
    return new Reference(
        MillraceConnectionFactory.class.getName(),
        new StringRefAddr(REFERENCE_URI, uri.toUriString()),
        OBJECT_FACTORY,
        null);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    ioThread = new IoThread();
  }

  @Override
  public String toString() {
    return "MillraceConnectionFactory[" + uri.toDisplayString() + "]";
  }
}
