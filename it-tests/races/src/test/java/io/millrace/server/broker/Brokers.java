package io.millrace.server.broker;

/** Brokers for what asks none of them anything. */
public final class Brokers {
  private Brokers() {}

  /** A broker without parts. */
  @SuppressWarnings("NullAway") // whoever asked for a part would fail
  public static Broker none() {
    return new Broker(null, null, null, null, null, null, null, null, null, null, null, null);
  }
}
