package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.requests.DescribeLogDirsRequest;
import org.apache.kafka.common.requests.DescribeLogDirsResponse;

/**
 * Says how large partitions are and how much space their disk has (KIP-113, KIP-827): all are in
 * one directory. What does not exist, or cannot be read now, is not in the answer, as with Kafka.
 */
public final class DescribeLogDirsHandler implements RequestHandler<DescribeLogDirsRequest> {
  private final Broker broker;
  private final LogDirectory directory;

  public DescribeLogDirsHandler(Broker broker, LogDirectory directory) {
    this.broker = broker;
    this.directory = directory;
  }

  /** Partitions of a topic. */
  private record Described(Topic topic, TreeSet<Integer> partitions) {}

  @Override
  public void handle(DescribeLogDirsRequest request, Exchange exchange) {
    List<Described> described = request.data().topics() == null ? all() : found(request);
    List<LogId> ids = new ArrayList<>();
    described.forEach(
        each -> each.partitions().forEach(index -> ids.add(each.topic().partition(index))));
    PartitionSizes.of(
        broker,
        ids,
        sizes ->
            directory
                .volume()
                .whenComplete(
                    (volume, error) -> {
                      if (error == null) {
                        exchange.reply(answer(described, sizes, volume));
                      } else {
                        exchange.fail(error);
                      }
                    }));
  }

  private List<Described> all() {
    List<Described> all = new ArrayList<>();
    for (Topic topic : broker.catalog().topics()) {
      TreeSet<Integer> partitions = new TreeSet<>();
      for (int index = 0; index < topic.partitions(); index++) {
        partitions.add(index);
      }
      all.add(new Described(topic, partitions));
    }
    return all;
  }

  /** What is asked for and exists, each once. */
  private List<Described> found(DescribeLogDirsRequest request) {
    TreeMap<String, Described> found = new TreeMap<>();
    for (DescribableLogDirTopic asked : request.data().topics()) {
      Topic topic = broker.catalog().find(asked.topic());
      if (topic != null) {
        Described described =
            found.computeIfAbsent(topic.name(), name -> new Described(topic, new TreeSet<>()));
        for (int index : asked.partitions()) {
          if (described.topic().hasPartition(index)) {
            described.partitions().add(index);
          }
        }
      }
    }
    return List.copyOf(found.values());
  }

  private DescribeLogDirsResponse answer(
      List<Described> described, long[] sizes, LogDirectory.Volume volume) {
    DescribeLogDirsResult result =
        new DescribeLogDirsResult()
            .setLogDir(directory.path())
            .setTotalBytes(volume.totalBytes())
            .setUsableBytes(volume.usableBytes());
    int at = 0;
    for (Described each : described) {
      DescribeLogDirsTopic topic = new DescribeLogDirsTopic().setName(each.topic().name());
      for (int index : each.partitions()) {
        long bytes = sizes[at++];
        if (bytes != PartitionSizes.UNKNOWN) {
          topic
              .partitions()
              .add(
                  new DescribeLogDirsPartition()
                      .setPartitionIndex(index)
                      .setPartitionSize(bytes)
                      .setOffsetLag(0)
                      .setIsFutureKey(false));
        }
      }
      if (!topic.partitions().isEmpty()) {
        result.topics().add(topic);
      }
    }
    return new DescribeLogDirsResponse(
        new DescribeLogDirsResponseData().setResults(List.of(result)));
  }
}
