package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.api.AnswerElements;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteRecordsResponse;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.apache.kafka.common.requests.DescribeProducersResponse;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;

/** Before what writes, finds and deletes records. */
final class RecordGuards {
  private static final short DENIED = Errors.TOPIC_AUTHORIZATION_FAILED.code();

  private final CatalogView catalog;

  RecordGuards(CatalogView catalog) {
    this.catalog = catalog;
  }

  void putInto(GuardTable table) {
    table.put(ApiKeys.PRODUCE, ProduceRequest.class, this::produce);
    table.put(ApiKeys.LIST_OFFSETS, ListOffsetsRequest.class, RecordGuards::listOffsets);
    table.put(
        ApiKeys.OFFSET_FOR_LEADER_EPOCH, OffsetsForLeaderEpochRequest.class, RecordGuards::epochs);
    table.put(ApiKeys.DELETE_RECORDS, DeleteRecordsRequest.class, RecordGuards::deleteRecords);
    table.put(ApiKeys.DESCRIBE_PRODUCERS, DescribeProducersRequest.class, RecordGuards::producers);
  }

  private boolean produce(ProduceRequest request, Exchange exchange, Grants grants) {
    String transaction = request.transactionalId();
    if (transaction != null
        && !grants.allows(Operation.WRITE, ResourceType.TRANSACTIONAL_ID, transaction)) {
      if (request.acks() != 0) {
        return Denials.refuse(exchange, Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
      }
      return close(
          exchange,
          List.copyOf(request.data().topicData()),
          Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    }
    List<TopicProduceData> denied =
        Denials.takeOut(
            request.data().topicData(),
            topic ->
                Denials.topic(
                    grants,
                    Operation.WRITE,
                    Denials.nameOf(catalog, topic.topicId(), topic.name())));
    if (denied.isEmpty()) {
      return true;
    }
    if (request.acks() == 0) {
      // There is no answer: a closed connection is all that such a producer can notice.
      return close(exchange, denied, Errors.TOPIC_AUTHORIZATION_FAILED);
    }
    exchange.amend(
        answer ->
            denied.forEach(
                topic ->
                    ((ProduceResponse) answer)
                        .data()
                        .responses()
                        .add(refused(topic, Errors.TOPIC_AUTHORIZATION_FAILED))));
    return true;
  }

  private static boolean close(Exchange exchange, List<TopicProduceData> denied, Errors error) {
    ProduceResponseData answer = new ProduceResponseData();
    denied.forEach(topic -> answer.responses().add(refused(topic, error)));
    exchange.closeInstead(
        new ProduceResponse(answer), "records sent with acks=0 may not be written");
    return false;
  }

  private static TopicProduceResponse refused(TopicProduceData topic, Errors error) {
    TopicProduceResponse response =
        AnswerElements.producedTopic().setName(topic.name()).setTopicId(topic.topicId());
    topic
        .partitionData()
        .forEach(
            partition ->
                response
                    .partitionResponses()
                    .add(
                        new PartitionProduceResponse()
                            .setIndex(partition.index())
                            .setBaseOffset(ProduceResponse.INVALID_OFFSET)
                            .setErrorCode(error.code())
                            .setErrorMessage(error.message())));
    return response;
  }

  private static boolean listOffsets(ListOffsetsRequest request, Exchange exchange, Grants grants) {
    List<ListOffsetsTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic -> Denials.topic(grants, Operation.DESCRIBE, topic.name()));
    if (!denied.isEmpty()) {
      List<ListOffsetsTopicResponse> refused =
          denied.stream()
              .map(
                  topic ->
                      new ListOffsetsTopicResponse()
                          .setName(topic.name())
                          .setPartitions(
                              topic.partitions().stream()
                                  .map(
                                      partition ->
                                          new ListOffsetsPartitionResponse()
                                              .setPartitionIndex(partition.partitionIndex())
                                              .setErrorCode(DENIED))
                                  .toList()))
              .toList();
      exchange.amend(
          answer -> {
            var data = ((ListOffsetsResponse) answer).data();
            data.setTopics(Denials.joined(data.topics(), refused));
          });
    }
    return true;
  }

  private static boolean epochs(
      OffsetsForLeaderEpochRequest request, Exchange exchange, Grants grants) {
    List<OffsetForLeaderTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic -> Denials.topic(grants, Operation.DESCRIBE, topic.topic()));
    if (!denied.isEmpty()) {
      exchange.amend(
          answer -> {
            for (OffsetForLeaderTopic topic : denied) {
              OffsetForLeaderTopicResult refused =
                  AnswerElements.topicOfEpochs().setTopic(topic.topic());
              topic
                  .partitions()
                  .forEach(
                      partition ->
                          refused
                              .partitions()
                              .add(
                                  new EpochEndOffset()
                                      .setPartition(partition.partition())
                                      .setErrorCode(DENIED)));
              ((OffsetsForLeaderEpochResponse) answer).data().topics().add(refused);
            }
          });
    }
    return true;
  }

  private static boolean deleteRecords(
      DeleteRecordsRequest request, Exchange exchange, Grants grants) {
    List<DeleteRecordsTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic -> Denials.topic(grants, Operation.DELETE, topic.name()));
    if (!denied.isEmpty()) {
      exchange.amend(
          answer -> {
            for (DeleteRecordsTopic topic : denied) {
              DeleteRecordsTopicResult refused =
                  AnswerElements.topicOfDeletedRecords().setName(topic.name());
              topic
                  .partitions()
                  .forEach(
                      partition ->
                          refused
                              .partitions()
                              .add(
                                  AnswerElements.partitionOfDeletedRecords()
                                      .setPartitionIndex(partition.partitionIndex())
                                      .setLowWatermark(DeleteRecordsResponse.INVALID_LOW_WATERMARK)
                                      .setErrorCode(DENIED)));
              ((DeleteRecordsResponse) answer).data().topics().add(refused);
            }
          });
    }
    return true;
  }

  private static boolean producers(
      DescribeProducersRequest request, Exchange exchange, Grants grants) {
    List<TopicRequest> denied =
        Denials.takeOut(
            request.data().topics(), topic -> Denials.topic(grants, Operation.READ, topic.name()));
    if (!denied.isEmpty()) {
      List<TopicResponse> refused =
          denied.stream()
              .map(
                  topic ->
                      new TopicResponse()
                          .setName(topic.name())
                          .setPartitions(
                              topic.partitionIndexes().stream()
                                  .map(
                                      partition ->
                                          new PartitionResponse()
                                              .setPartitionIndex(partition)
                                              .setErrorCode(DENIED))
                                  .toList()))
              .toList();
      exchange.amend(
          answer -> {
            var data = ((DescribeProducersResponse) answer).data();
            data.setTopics(Denials.joined(data.topics(), refused));
          });
    }
    return true;
  }
}
