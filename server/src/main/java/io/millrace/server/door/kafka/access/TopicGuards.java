package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.api.AnswerElements;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreatePartitionsRequest;
import org.apache.kafka.common.requests.CreatePartitionsResponse;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.DeleteTopicsResponse;
import org.apache.kafka.common.requests.DescribeTopicPartitionsRequest;
import org.apache.kafka.common.requests.DescribeTopicPartitionsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.jspecify.annotations.Nullable;

/** Before what shows, makes and deletes topics. A topic that may not be seen is in no list. */
final class TopicGuards {
  private static final short DENIED = Errors.TOPIC_AUTHORIZATION_FAILED.code();
  private static final int DELETE_BY_ID_SINCE = 6;

  /** Of Metadata, in which a topic can be named by its id since version 10. */
  private static final int NULLABLE_NAME_SINCE = 12;

  private final CatalogView catalog;
  private final DeadLetterGuard deadLetters;
  private final boolean autoCreate;

  TopicGuards(CatalogView catalog, boolean autoCreate) {
    this.catalog = catalog;
    this.deadLetters = new DeadLetterGuard(catalog);
    this.autoCreate = autoCreate;
  }

  void putInto(GuardTable table) {
    table.put(ApiKeys.METADATA, MetadataRequest.class, this::metadata);
    table.put(
        ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
        DescribeTopicPartitionsRequest.class,
        this::describePartitions);
    table.put(ApiKeys.CREATE_TOPICS, CreateTopicsRequest.class, this::create);
    table.put(ApiKeys.DELETE_TOPICS, DeleteTopicsRequest.class, this::delete);
    table.put(
        ApiKeys.CREATE_PARTITIONS, CreatePartitionsRequest.class, TopicGuards::createPartitions);
  }

  private boolean metadata(MetadataRequest request, Exchange exchange, Grants grants) {
    List<MetadataRequestTopic> asked = request.data().topics();
    List<MetadataRequestTopic> denied =
        request.isAllTopics() || asked == null
            ? List.of()
            : Denials.takeOut(asked, topic -> maySee(topic, request, grants));
    // An empty list means all topics in version 0.
    boolean nothingLeft = !denied.isEmpty() && asked != null && asked.isEmpty();
    @Nullable String unnamed = request.version() < NULLABLE_NAME_SINCE ? "" : null;
    exchange.amend(
        answer -> amend((MetadataResponse) answer, grants, nothingLeft, denied, unnamed));
    return true;
  }

  private boolean maySee(MetadataRequestTopic topic, MetadataRequest request, Grants grants) {
    String name = Denials.nameOf(catalog, topic.topicId(), topic.name());
    if (name == null) {
      return true;
    }
    if (!grants.allows(Operation.DESCRIBE, ResourceType.TOPIC, name)) {
      return false;
    }
    boolean creates = autoCreate && request.allowAutoTopicCreation() && catalog.find(name) == null;
    return !creates || Denials.mayCreate(grants, name);
  }

  private static void amend(
      MetadataResponse answer,
      Grants grants,
      boolean nothingLeft,
      List<MetadataRequestTopic> denied,
      @Nullable String unnamed) {
    var data = answer.data();
    if (nothingLeft) {
      data.topics().clear();
    }
    data.topics()
        .removeIf(
            topic ->
                topic.errorCode() == Errors.NONE.code()
                    && topic.name() != null
                    && !Denials.sees(grants, topic.name()));
    data.topics()
        .forEach(
            topic -> {
              if (topic.topicAuthorizedOperations() != ClusterOperations.NOT_ASKED
                  && topic.name() != null) {
                topic.setTopicAuthorizedOperations(
                    topic.topicAuthorizedOperations()
                        & grants.operations(ResourceType.TOPIC, topic.name()));
              }
            });
    data.setClusterAuthorizedOperations(
        ClusterOperations.allowed(data.clusterAuthorizedOperations(), grants));
    for (MetadataRequestTopic topic : denied) {
      // By id no name is told, and by name no id.
      boolean byId = !topic.topicId().equals(Uuid.ZERO_UUID);
      data.topics()
          .add(
              AnswerElements.metadataTopic()
                  .setName(byId ? unnamed : topic.name())
                  .setTopicId(topic.topicId())
                  .setErrorCode(DENIED));
    }
  }

  private boolean describePartitions(
      DescribeTopicPartitionsRequest request, Exchange exchange, Grants grants) {
    List<TopicRequest> asked = request.data().topics();
    List<TopicRequest> denied = List.of();
    if (asked.isEmpty()) {
      catalog.topics().stream()
          .map(Topic::name)
          .filter(name -> Denials.sees(grants, name))
          .sorted()
          .forEach(name -> asked.add(new TopicRequest().setName(name)));
    } else {
      denied =
          Denials.takeOut(asked, topic -> Denials.topic(grants, Operation.DESCRIBE, topic.name()));
    }
    List<TopicRequest> refused = denied;
    exchange.amend(
        answer -> {
          var data = ((DescribeTopicPartitionsResponse) answer).data();
          data.topics()
              .forEach(
                  topic ->
                      topic.setTopicAuthorizedOperations(
                          topic.topicAuthorizedOperations()
                              & grants.operations(
                                  ResourceType.TOPIC, topic.name() == null ? "" : topic.name())));
          refused.forEach(
              topic ->
                  data.topics()
                      .add(
                          AnswerElements.describedTopic()
                              .setName(topic.name())
                              .setErrorCode(DENIED)));
        });
    if (asked.isEmpty()) {
      // To the handler this would mean all topics.
      exchange.reply(
          new DescribeTopicPartitionsResponse(new DescribeTopicPartitionsResponseData()));
      return false;
    }
    return true;
  }

  private boolean create(CreateTopicsRequest request, Exchange exchange, Grants grants) {
    List<CreatableTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic ->
                Denials.mayCreate(grants, topic.name())
                    && topic.configs().stream()
                        .allMatch(
                            config -> deadLetters.mayBeSet(grants, config.name(), config.value())));
    exchange.amend(
        answer -> {
          var data = ((CreateTopicsResponse) answer).data();
          data.topics().forEach(topic -> hideSettings(topic, grants));
          denied.forEach(
              topic ->
                  data.topics()
                      .add(
                          AnswerElements.createdTopic()
                              .setName(topic.name())
                              .setErrorCode(DENIED)
                              .setErrorMessage(
                                  "this client may not create this topic, or not write to the dead"
                                      + " letter queue that it names")));
        });
    return true;
  }

  private static void hideSettings(CreatableTopicResult topic, Grants grants) {
    if (topic.errorCode() == Errors.NONE.code()
        && !grants.sees(Operation.DESCRIBE_CONFIGS, ResourceType.TOPIC, topic.name())) {
      topic
          .setTopicConfigErrorCode(DENIED)
          .setNumPartitions(-1)
          .setReplicationFactor((short) -1)
          .setConfigs(List.of());
    }
  }

  private boolean delete(DeleteTopicsRequest request, Exchange exchange, Grants grants) {
    if (request.version() < DELETE_BY_ID_SINCE) {
      List<String> denied =
          Denials.takeOut(request.data().topicNames(), name -> mayDelete(grants, name));
      answerDeleted(
          exchange, denied.stream().map(name -> new DeleteTopicState().setName(name)).toList());
      return true;
    }
    List<DeleteTopicState> denied =
        Denials.takeOut(
            request.data().topics(),
            topic -> mayDelete(grants, Denials.nameOf(catalog, topic.topicId(), topic.name())));
    answerDeleted(exchange, denied);
    return true;
  }

  private static boolean mayDelete(Grants grants, @Nullable String name) {
    return Denials.topic(grants, Operation.DELETE, name);
  }

  private static void answerDeleted(Exchange exchange, List<DeleteTopicState> denied) {
    if (!denied.isEmpty()) {
      exchange.amend(
          answer ->
              denied.forEach(
                  topic ->
                      ((DeleteTopicsResponse) answer)
                          .data()
                          .responses()
                          .add(
                              AnswerElements.deletedTopic()
                                  .setName(topic.name())
                                  .setTopicId(topic.topicId())
                                  .setErrorCode(DENIED)
                                  .setErrorMessage("this client may not delete this topic"))));
    }
  }

  private static boolean createPartitions(
      CreatePartitionsRequest request, Exchange exchange, Grants grants) {
    List<CreatePartitionsTopic> denied =
        Denials.takeOut(
            request.data().topics(), topic -> Denials.topic(grants, Operation.ALTER, topic.name()));
    if (!denied.isEmpty()) {
      List<CreatePartitionsTopicResult> refused =
          denied.stream()
              .map(
                  topic ->
                      new CreatePartitionsTopicResult()
                          .setName(topic.name())
                          .setErrorCode(DENIED)
                          .setErrorMessage("this client may not change this topic"))
              .toList();
      exchange.amend(
          answer -> {
            var data = ((CreatePartitionsResponse) answer).data();
            data.setResults(Denials.joined(data.results(), refused));
          });
    }
    return true;
  }
}
