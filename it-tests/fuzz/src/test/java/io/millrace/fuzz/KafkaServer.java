package io.millrace.fuzz;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.log.LogId;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.kafka.KafkaDoor;
import io.millrace.server.door.kafka.UnknownVolume;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.net.EmbeddedConnection;
import io.millrace.server.net.EmbeddedListener;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * A stepped server behind its Kafka door, with a topic {@value #TOPIC} that has a record, and a
 * topic {@value #OTHER} for the client that comes afterwards. The same at each start, ids included.
 */
final class KafkaServer implements AutoCloseable {
  static final String TOPIC = "t";
  static final String OTHER = "of-another-client";

  private static final ServerCoreConfig CONFIG = smallConfig();

  private final SteppedServer server = new SteppedServer(1, CONFIG);
  private final EmbeddedListener listener;
  private final Topic topic;

  KafkaServer() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    KafkaDoor door =
        new KafkaDoor(
            server.broker(),
            KafkaDoorConfig.of("fuzz"),
            new BrokerSettings(true, 1, server.broker().catalog().configs()),
            new UnknownVolume("/data"),
            registry,
            server.agents().clock());
    listener = new EmbeddedListener(NetConfig.DEFAULT, List.of(door), registry, server.agents());
    topic = server.createTopic(TopicSpec.topic(TOPIC, 2));
    server.createTopic(TopicSpec.topic(OTHER, 1));
    server.produce(new LogId(topic.id(), 0), "value");
  }

  private static ServerCoreConfig smallConfig() {
    ServerCoreConfig usual = ServerCoreConfig.DEFAULT;
    return new ServerCoreConfig(
        2,
        1,
        usual.maxShardBacklog(),
        usual.shard(),
        usual.catalog(),
        usual.partition(),
        usual.group(),
        usual.producer(),
        usual.cursor(),
        usual.transaction());
  }

  /** The id of {@link #TOPIC}, as Kafka's clients know it. */
  Uuid topicId() {
    return new Uuid(topic.id().getMostSignificantBits(), topic.id().getLeastSignificantBits());
  }

  EmbeddedConnection connect() {
    return listener.connect();
  }

  /** Memory that requests hold. */
  long requestBytes() {
    return listener.requestBytes();
  }

  @Override
  public void close() {
    server.close();
  }
}
