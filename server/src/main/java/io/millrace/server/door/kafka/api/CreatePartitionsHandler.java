package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.shard.Reply;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreatePartitionsRequest;
import org.apache.kafka.common.requests.CreatePartitionsResponse;

/** Raises the number of partitions of topics, or only checks whether it could be. */
public final class CreatePartitionsHandler implements RequestHandler<CreatePartitionsRequest> {
  /** Clients know THROTTLING_QUOTA_EXCEEDED from this version on. */
  private static final int STRICT_SINCE = 3;

  private final Broker broker;
  private final KafkaDoorConfig config;

  public CreatePartitionsHandler(Broker broker, KafkaDoorConfig config) {
    this.broker = broker;
    this.config = config;
  }

  @Override
  public void handle(CreatePartitionsRequest request, Exchange exchange) {
    CreatePartitionsResponseData response = new CreatePartitionsResponseData();
    Tally tally =
        new Tally(
            request.data().topics().size(),
            () -> exchange.reply(new CreatePartitionsResponse(response)));
    Mutations mutations = new Mutations(exchange, STRICT_SINCE);
    for (CreatePartitionsTopic asked : request.data().topics()) {
      CreatePartitionsTopicResult result = new CreatePartitionsTopicResult().setName(asked.name());
      response.results().add(result);
      create(asked, request.data().validateOnly(), mutations, result, tally);
    }
  }

  private void create(
      CreatePartitionsTopic asked,
      boolean validateOnly,
      Mutations mutations,
      CreatePartitionsTopicResult result,
      Tally tally) {
    Topic topic;
    int taken = 0;
    try {
      topic = Topics.get(broker.catalog(), Uuid.ZERO_UUID, asked.name());
      if (asked.assignments() != null) {
        checkAssignments(asked, topic);
      }
      if (!validateOnly && asked.count() > topic.partitions()) {
        int more = asked.count() - topic.partitions();
        mutations.take(more);
        taken = more;
      }
    } catch (RuntimeException e) {
      failed(result, e);
      tally.count();
      return;
    }
    int counted = taken;
    Reply<Topic> reply =
        tally.reply(
            raised -> {},
            error -> {
              mutations.giveBack(counted);
              failed(result, error);
            });
    if (validateOnly) {
      broker.validatePartitions(topic.id(), asked.count(), reply);
    } else {
      broker.createPartitions(topic.id(), asked.count(), reply);
    }
  }

  private void checkAssignments(CreatePartitionsTopic asked, Topic topic) {
    List<Integer> here = List.of(config.nodeId());
    boolean allHere =
        asked.assignments().stream()
            .map(CreatePartitionsAssignment::brokerIds)
            .allMatch(here::equals);
    if (!allHere || asked.assignments().size() != asked.count() - topic.partitions()) {
      throw Errors.INVALID_REPLICA_ASSIGNMENT.exception(
          "every new partition, and nothing else, is assigned to broker " + config.nodeId());
    }
  }

  private static void failed(CreatePartitionsTopicResult result, RuntimeException failure) {
    result
        .setErrorCode(WireErrors.ofCatalog(failure).code())
        .setErrorMessage(WireErrors.messageOf(failure));
  }
}
