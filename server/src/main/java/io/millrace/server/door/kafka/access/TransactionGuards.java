package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.api.AnswerElements;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnTopicResult;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TransactionState;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponsePartition;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AddOffsetsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.requests.DescribeTransactionsRequest;
import org.apache.kafka.common.requests.DescribeTransactionsResponse;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.ListTransactionsRequest;
import org.apache.kafka.common.requests.ListTransactionsResponse;
import org.apache.kafka.common.requests.TxnOffsetCommitRequest;
import org.apache.kafka.common.requests.TxnOffsetCommitResponse;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;

/** Before producer ids and transactions. */
final class TransactionGuards {
  private final CatalogView catalog;

  TransactionGuards(CatalogView catalog) {
    this.catalog = catalog;
  }

  void putInto(GuardTable table) {
    table.put(
        ApiKeys.INIT_PRODUCER_ID, InitProducerIdRequest.class, TransactionGuards::initProducerId);
    table.put(
        ApiKeys.ADD_PARTITIONS_TO_TXN,
        AddPartitionsToTxnRequest.class,
        TransactionGuards::addPartitions);
    table.put(
        ApiKeys.ADD_OFFSETS_TO_TXN,
        AddOffsetsToTxnRequest.class,
        (request, exchange, grants) ->
            Denials.transaction(exchange, grants, Operation.WRITE, request.data().transactionalId())
                && Denials.group(exchange, grants, Operation.READ, request.data().groupId()));
    table.put(
        ApiKeys.END_TXN,
        EndTxnRequest.class,
        (request, exchange, grants) ->
            Denials.transaction(
                exchange, grants, Operation.WRITE, request.data().transactionalId()));
    table.put(
        ApiKeys.WRITE_TXN_MARKERS,
        WriteTxnMarkersRequest.class,
        (request, exchange, grants) ->
            grants.sees(Operation.ALTER, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME)
                || grants.allows(Operation.CLUSTER_ACTION)
                || Denials.refuse(exchange, Errors.CLUSTER_AUTHORIZATION_FAILED));
    table.put(ApiKeys.TXN_OFFSET_COMMIT, TxnOffsetCommitRequest.class, this::commitOffsets);
    table.put(
        ApiKeys.DESCRIBE_TRANSACTIONS,
        DescribeTransactionsRequest.class,
        TransactionGuards::describe);
    table.put(ApiKeys.LIST_TRANSACTIONS, ListTransactionsRequest.class, TransactionGuards::list);
  }

  /** Who may write to any topic may do so without duplicates (KIP-679). */
  private static boolean initProducerId(
      InitProducerIdRequest request, Exchange exchange, Grants grants) {
    String transaction = request.data().transactionalId();
    if (transaction != null) {
      return Denials.transaction(exchange, grants, Operation.WRITE, transaction);
    }
    return grants.allowsAny(Operation.WRITE, ResourceType.TOPIC)
        || grants.allows(Operation.IDEMPOTENT_WRITE)
        || Denials.refuse(exchange, Errors.CLUSTER_AUTHORIZATION_FAILED);
  }

  /** All partitions are added, or none. */
  private static boolean addPartitions(
      AddPartitionsToTxnRequest request, Exchange exchange, Grants grants) {
    if (!Denials.transaction(
        exchange, grants, Operation.WRITE, request.data().v3AndBelowTransactionalId())) {
      return false;
    }
    Set<String> denied = new HashSet<>();
    for (AddPartitionsToTxnTopic topic : request.data().v3AndBelowTopics()) {
      if (!Denials.topic(grants, Operation.WRITE, topic.name())) {
        denied.add(topic.name());
      }
    }
    if (denied.isEmpty()) {
      return true;
    }
    AddPartitionsToTxnResponseData answer = new AddPartitionsToTxnResponseData();
    for (AddPartitionsToTxnTopic topic : request.data().v3AndBelowTopics()) {
      Errors error =
          denied.contains(topic.name())
              ? Errors.TOPIC_AUTHORIZATION_FAILED
              : Errors.OPERATION_NOT_ATTEMPTED;
      AddPartitionsToTxnTopicResult result =
          AnswerElements.topicInTransaction().setName(topic.name());
      topic
          .partitions()
          .forEach(
              partition ->
                  result
                      .resultsByPartition()
                      .add(
                          AnswerElements.partitionInTransaction()
                              .setPartitionIndex(partition)
                              .setPartitionErrorCode(error.code())));
      answer.resultsByTopicV3AndBelow().add(result);
    }
    exchange.reply(new AddPartitionsToTxnResponse(answer));
    return false;
  }

  private boolean commitOffsets(TxnOffsetCommitRequest request, Exchange exchange, Grants grants) {
    if (!Denials.transaction(exchange, grants, Operation.WRITE, request.data().transactionalId())
        || !Denials.group(exchange, grants, Operation.READ, request.data().groupId())) {
      return false;
    }
    List<TxnOffsetCommitRequestTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic ->
                Denials.topic(
                    grants,
                    Operation.READ,
                    Denials.nameOf(catalog, topic.topicId(), topic.name())));
    if (denied.isEmpty()) {
      return true;
    }
    List<TxnOffsetCommitResponseTopic> refused =
        denied.stream().map(TransactionGuards::refused).toList();
    if (request.data().topics().isEmpty()) {
      exchange.reply(
          new TxnOffsetCommitResponse(new TxnOffsetCommitResponseData().setTopics(refused)));
      return false;
    }
    exchange.amend(
        answer -> {
          var data = ((TxnOffsetCommitResponse) answer).data();
          data.setTopics(Denials.joined(data.topics(), refused));
        });
    return true;
  }

  private static TxnOffsetCommitResponseTopic refused(TxnOffsetCommitRequestTopic topic) {
    return new TxnOffsetCommitResponseTopic()
        .setName(topic.name())
        .setTopicId(topic.topicId())
        .setPartitions(
            topic.partitions().stream()
                .map(
                    partition ->
                        new TxnOffsetCommitResponsePartition()
                            .setPartitionIndex(partition.partitionIndex())
                            .setErrorCode(Errors.TOPIC_AUTHORIZATION_FAILED.code()))
                .toList());
  }

  private static boolean describe(
      DescribeTransactionsRequest request, Exchange exchange, Grants grants) {
    List<String> denied =
        Denials.takeOut(
            request.data().transactionalIds(),
            id -> grants.allows(Operation.DESCRIBE, ResourceType.TRANSACTIONAL_ID, id));
    List<TransactionState> refused =
        denied.stream()
            .map(
                id ->
                    new TransactionState()
                        .setTransactionalId(id)
                        .setErrorCode(Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED.code()))
            .toList();
    exchange.amend(
        answer -> {
          var data = ((DescribeTransactionsResponse) answer).data();
          data.transactionStates()
              .forEach(
                  state -> state.topics().removeIf(topic -> !Denials.sees(grants, topic.topic())));
          data.setTransactionStates(Denials.joined(data.transactionStates(), refused));
        });
    return true;
  }

  private static boolean list(ListTransactionsRequest request, Exchange exchange, Grants grants) {
    exchange.amend(
        answer -> {
          var data = ((ListTransactionsResponse) answer).data();
          data.setTransactionStates(
              data.transactionStates().stream()
                  .filter(
                      state ->
                          grants.sees(
                              Operation.DESCRIBE,
                              ResourceType.TRANSACTIONAL_ID,
                              state.transactionalId()))
                  .toList());
        });
    return true;
  }
}
