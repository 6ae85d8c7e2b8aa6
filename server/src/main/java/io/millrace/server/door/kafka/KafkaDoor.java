package io.millrace.server.door.kafka;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Clock;
import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.door.kafka.api.LogDirectory;
import io.millrace.server.door.kafka.wire.Api;
import io.millrace.server.door.kafka.wire.ApiTable;
import io.millrace.server.door.kafka.wire.ConnectionAccess;
import io.millrace.server.door.kafka.wire.KafkaConnection;
import io.millrace.server.door.kafka.wire.KafkaMetrics;
import io.millrace.server.group.GroupStats;
import io.millrace.server.net.Connection;
import io.millrace.server.net.DoorProtocol;
import io.millrace.server.net.FrameDecoder;
import io.millrace.server.quota.ClientQuotas;
import io.millrace.server.quota.QuotaConfig;
import io.millrace.server.quota.QuotaEnforcer;
import io.netty.buffer.ByteBuf;

/**
 * Serves Kafka clients. A connection is Kafka's when its first byte can be the highest of the size
 * of a request: 0 to 6, for sizes up to 100 MiB.
 */
public final class KafkaDoor implements DoorProtocol {
  private static final int HIGHEST_SIZE_BYTE = 6;

  /** The largest request before a login, of which its messages need a fraction. */
  private static final int MAX_LOGIN_BYTES = 64 << 10;

  private final ApiTable apis;
  private final KafkaMetrics metrics;
  private final Clock clock;
  private final DoorAccess access;
  private final QuotaEnforcer quotas;

  /** A door whose clients may do everything. */
  public KafkaDoor(
      Broker broker,
      KafkaDoorConfig config,
      BrokerSettings settings,
      LogDirectory directory,
      MeterRegistry registry,
      Clock clock) {
    this(
        broker,
        config,
        settings,
        directory,
        registry,
        clock,
        DoorAccess.OPEN,
        new QuotaEnforcer(broker.security().quotas(), QuotaConfig.DEFAULT, clock, registry));
  }

  public KafkaDoor(
      Broker broker,
      KafkaDoorConfig config,
      BrokerSettings settings,
      LogDirectory directory,
      MeterRegistry registry,
      Clock clock,
      DoorAccess access,
      QuotaEnforcer quotas) {
    this.quotas = quotas;
    this.apis = ApiRegistry.table(broker, config, settings, directory, clock, access);
    this.access = access;
    this.metrics = new KafkaMetrics(registry, apis.all().stream().map(Api::key).toList());
    this.clock = clock;
    FunctionCounter.builder(
            "millrace.group.members.expired", broker.groups().stats(), GroupStats::expiredMembers)
        .description("Members of consumer groups that were removed because they were silent")
        .register(registry);
    TransactionMetrics.register(registry, broker.producers().stats());
  }

  /** What is served. */
  ApiTable apis() {
    return apis;
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public Claim claim(ByteBuf firstBytes) {
    int first = firstBytes.getUnsignedByte(firstBytes.readerIndex());
    return first <= HIGHEST_SIZE_BYTE ? Claim.MINE : Claim.NOT_MINE;
  }

  @Override
  public void open(Connection connection) {
    boolean login = access.mustLogIn(connection);
    KafkaConnection handler =
        new KafkaConnection(
            connection,
            apis,
            metrics,
            clock,
            new ClientQuotas(quotas, name(), () -> connection.principal().orElse(null)),
            new ConnectionAccess(login, () -> access.grants(connection)));
    FrameDecoder frames =
        new FrameDecoder(connection, connection.config().maxFirstFrameBytes(), handler::refuse);
    connection.addHandler("frames", frames);
    connection.addHandler("kafka", handler);
    if (login) {
      frames.capFrames(MAX_LOGIN_BYTES);
      handler.awaitLogin(
          access.logins().options().deadlineMs(), () -> frames.capFrames(Integer.MAX_VALUE));
    }
  }
}
