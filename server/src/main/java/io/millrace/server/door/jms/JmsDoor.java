package io.millrace.server.door.jms;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.jms.wire.Preamble;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.net.Connection;
import io.millrace.server.net.DoorProtocol;
import io.millrace.server.net.FrameDecoder;
import io.millrace.server.quota.QuotaConfig;
import io.millrace.server.quota.QuotaEnforcer;
import io.millrace.server.security.acl.AccessControl;
import io.millrace.server.security.user.LoginOptions;
import io.millrace.server.security.user.Logins;
import io.millrace.server.shard.Reply;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Serves the JMS client. A connection is a JMS client's when it begins with "MRJM". */
public final class JmsDoor implements DoorProtocol {
  /** Heartbeats after the first connection by which every client that lives has come back. */
  private static final int ORPHAN_BEATS = 3;

  /** Part of the heap that open transactions may take together, where that is enough for one. */
  private static final int OPEN_TRANSACTIONS_SHARE = 8;

  private final DoorContext context;
  private final AtomicBoolean orphansLookedFor = new AtomicBoolean();

  /**
   * A door without connections, whose clients may do everything.
   *
   * @param randomness for the keys of connections: unpredictable, for any thread
   */
  public JmsDoor(
      Broker broker,
      JmsDoorConfig config,
      MeterRegistry meters,
      Clock clock,
      Randomness randomness) {
    this(
        broker,
        config,
        meters,
        clock,
        randomness,
        JmsSecurity.OPEN,
        new QuotaEnforcer(broker.security().quotas(), QuotaConfig.DEFAULT, clock, meters));
  }

  /**
   * The same with logins, access rules and quotas that are measured elsewhere, too.
   *
   * @param control null where it is not checked what clients may do
   */
  public JmsDoor(
      Broker broker,
      JmsDoorConfig config,
      MeterRegistry meters,
      Clock clock,
      Randomness randomness,
      Logins logins,
      @Nullable AccessControl control,
      QuotaEnforcer quotas) {
    this(broker, config, meters, clock, randomness, new JmsSecurity(logins, control), quotas);
  }

  private JmsDoor(
      Broker broker,
      JmsDoorConfig config,
      MeterRegistry meters,
      Clock clock,
      Randomness randomness,
      JmsSecurity security,
      QuotaEnforcer quotas) {
    Clients clients = new Clients(randomness);
    OpenTransactions open =
        new OpenTransactions(
            Math.max(
                broker.transactions().maxBytes() + (1L << 20),
                Runtime.getRuntime().maxMemory() / OPEN_TRANSACTIONS_SHARE));
    Gauge.builder("millrace.jms.transactions.held", open, OpenTransactions::heldBytes)
        .description("What clients have sent in transactions that they have not committed yet")
        .baseUnit("bytes")
        .register(meters);
    this.context =
        new DoorContext(
            broker,
            config,
            clock,
            clients,
            open,
            new JmsMetrics(meters, clock, clients),
            security,
            quotas);
  }

  @Override
  public String name() {
    return "jms";
  }

  @Override
  public Claim claim(ByteBuf firstBytes) {
    int known = Math.min(Integer.BYTES, firstBytes.readableBytes());
    for (int i = 0; i < known; i++) {
      int expected = (Preamble.MAGIC >>> (8 * (Integer.BYTES - 1 - i))) & 0xff;
      if (firstBytes.getUnsignedByte(firstBytes.readerIndex() + i) != expected) {
        return Claim.NOT_MINE;
      }
    }
    return known == Integer.BYTES ? Claim.MINE : Claim.NEED_MORE;
  }

  @Override
  public void open(Connection connection) {
    if (orphansLookedFor.compareAndSet(false, true)) {
      long afterMs = (long) ORPHAN_BEATS * context.config().heartbeatMs();
      connection.timers().after(afterMs, this::deleteOrphans);
    }
    JmsSocket handler = new JmsSocket(connection, context);
    connection.addHandler("preamble", new PreambleHandler(connection, handler::onVersion));
    FrameDecoder frames =
        new FrameDecoder(
            connection,
            io.millrace.jms.wire.FrameDecoder.MAX_BYTES_BEFORE_WELCOME,
            handler::refuseFrame);
    connection.addHandler("frames", frames);
    connection.addHandler("jms", handler);
    LoginOptions logins = context.security().logins().options();
    if (logins.required() && connection.principal().isEmpty()) {
      frames.capFrames(io.millrace.jms.wire.FrameDecoder.MAX_BYTES_BEFORE_WELCOME);
      handler.awaitLogin(logins.deadlineMs(), () -> frames.capFrames(Integer.MAX_VALUE));
    }
  }

  /**
   * Deletes the temporary destinations of clients that were there before a restart of the server
   * and have not come back since clients can.
   */
  private void deleteOrphans() {
    for (Topic topic : List.copyOf(context.broker().catalog().topics())) {
      String owner = topic.owner();
      if (owner != null && context.clients().find(UUID.fromString(owner)) == null) {
        context.broker().deleteTopic(topic.id(), Reply.<Topic>none("deleting " + topic.name()));
      }
    }
  }

  /** How many clients there are, those whose connection has just broken included. */
  public int clients() {
    return context.clients().size();
  }
}
