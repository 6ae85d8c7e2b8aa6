package io.millrace.jms.config;

import java.util.Locale;

/**
 * The options of a factory. Each is a URI parameter and a bean property of the same name; {@code
 * docs/jms.md} lists them, and a test holds that list against this one.
 */
public enum Option {
  USER("user", Kind.TEXT, "", "who connects; empty for anonymous"),
  PASSWORD("password", Kind.TEXT, "", "the user's password"),
  TLS("tls", Kind.TRUTH, "false", "whether sockets are encrypted with TLS"),
  TRUST_FILE(
      "trustFile",
      Kind.TEXT,
      "",
      "PEM file with the certificates of authorities that may vouch for a server; empty for those"
          + " that the Java machine trusts"),
  VERIFY_HOST(
      "verifyHost",
      Kind.TRUTH,
      "true",
      "whether a server's certificate must name the host that the URI names"),
  CERTIFICATE_FILE(
      "certificateFile",
      Kind.TEXT,
      "",
      "PEM file with the client's own certificate, for servers that ask for one"),
  KEY_FILE(
      "keyFile", Kind.TEXT, "", "PEM file with the private key of that certificate, in PKCS#8"),
  KEY_PASSWORD("keyPassword", Kind.TEXT, "", "the password of an encrypted private key"),
  CLIENT_ID("clientId", Kind.TEXT, "", "the JMS client id of every connection; empty for none"),
  PREFETCH(
      "prefetch",
      1,
      1_000_000,
      "1000",
      "messages that wait in the client for each consumer, at most"),
  PREFETCH_BYTES(
      "prefetchBytes",
      1024,
      1L << 30,
      "8388608",
      "bytes of messages that wait in the client for each consumer, about; at least one message"
          + " does"),
  CONNECT_TIMEOUT_MS(
      "connectTimeoutMs",
      1,
      Integer.MAX_VALUE,
      "10000",
      "how long creating a connection tries all hosts before it fails"),
  REQUEST_TIMEOUT_MS(
      "requestTimeoutMs",
      0,
      Integer.MAX_VALUE,
      "0",
      "how long a call waits for the server, reconnects included, before it fails; 0 for as long as"
          + " the connection is open"),
  RECONNECT("reconnect", Kind.TRUTH, "true", "whether a broken connection is opened again"),
  RECONNECT_DELAY_MS(
      "reconnectDelayMs",
      1,
      60_000,
      "20",
      "pause after the first round of failed attempts; doubles with each round"),
  RECONNECT_MAX_DELAY_MS(
      "reconnectMaxDelayMs", 1, 600_000, "1000", "longest pause between rounds of attempts"),
  CONNECTIONS_PER_SOCKET(
      "connectionsPerSocket",
      1,
      10_000,
      "100",
      "connections of one factory that share a socket, at most; 1 gives each its own"),
  CLOSE_TIMEOUT_MS(
      "closeTimeoutMs",
      1,
      Integer.MAX_VALUE,
      "15000",
      "how long close() waits for outstanding confirmations while the server cannot be reached"),
  MAX_BATCH_BYTES(
      "maxBatchBytes",
      1024,
      64L << 20,
      "262144",
      "messages sent while an earlier batch is in flight gather in batches of at most this size"),
  MAX_OUTSTANDING_BYTES(
      "maxOutstandingBytes",
      1024,
      1L << 30,
      "8388608",
      "unconfirmed bytes for each session and destination; send() blocks beyond"),
  TRANSACTION_BUFFER_BYTES(
      "transactionBufferBytes",
      0,
      64L << 20,
      "1048576",
      "what a transaction sends is kept back up to this size and goes with the commit, which then"
          + " survives a reconnect"),
  CREATE_DESTINATIONS(
      "createDestinations",
      Kind.TRUTH,
      "true",
      "ask the server to create a missing destination on first use"),
  TRUSTED_CLASSES(
      "trustedClasses",
      Kind.TEXT,
      "",
      "what an ObjectMessage may contain: class names and packages (com.acme.*), separated by"
          + " commas; empty refuses all");

  /** What the value is. */
  public enum Kind {
    TEXT,
    TRUTH,
    NUMBER
  }

  private final String key;
  private final Kind kind;
  private final long min;
  private final long max;
  private final String defaultValue;
  private final String description;

  Option(String key, Kind kind, String defaultValue, String description) {
    this(key, kind, 0, 0, defaultValue, description);
  }

  Option(String key, long min, long max, String defaultValue, String description) {
    this(key, Kind.NUMBER, min, max, defaultValue, description);
  }

  Option(String key, Kind kind, long min, long max, String defaultValue, String description) {
    this.key = key;
    this.kind = kind;
    this.min = min;
    this.max = max;
    this.defaultValue = defaultValue;
    this.description = description;
  }

  /** The name in URIs, JNDI properties and of the bean property. */
  public String key() {
    return key;
  }

  /** What the value is. */
  public Kind kind() {
    return kind;
  }

  /** The value where none is given, as text. */
  public String defaultValue() {
    return defaultValue;
  }

  /** Whether the value is for nobody to see. */
  public boolean isSecret() {
    return this == PASSWORD || this == KEY_PASSWORD;
  }

  /** One sentence for the reference page. */
  public String description() {
    return description;
  }

  /** Smallest and largest number, for people; empty for other kinds. */
  public String range() {
    return kind == Kind.NUMBER ? min + ".." + max : "";
  }

  /**
   * The option with this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that exist
   */
  public static Option of(String key) {
    for (Option option : values()) {
      if (option.key.equals(key)) {
        return option;
      }
    }
    StringBuilder known = new StringBuilder();
    for (Option option : values()) {
      known.append(known.length() == 0 ? "" : ", ").append(option.key);
    }
    throw new IllegalArgumentException("unknown option '" + key + "'; there are: " + known);
  }

  /**
   * Checks a value.
   *
   * @throws IllegalArgumentException if it is not one of this option
   */
  void check(String value) {
    boolean good =
        switch (kind) {
          case TEXT -> true;
          case TRUTH -> value.equals("true") || value.equals("false");
          case NUMBER -> isInRange(value);
        };
    if (!good) {
      String expected = kind == Kind.TRUTH ? "true or false" : "a number in " + range();
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "option %s: '%s' is not %s", key, value, expected));
    }
  }

  private boolean isInRange(String value) {
    try {
      long number = Long.parseLong(value);
      return number >= min && number <= max;
    } catch (NumberFormatException notANumber) {
      return false;
    }
  }
}
