package io.millrace.server.door.kafka;

import io.millrace.kernel.Clock;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.access.GuardTable;
import io.millrace.server.door.kafka.api.AclHandlers;
import io.millrace.server.door.kafka.api.AddOffsetsToTxnHandler;
import io.millrace.server.door.kafka.api.AddPartitionsToTxnHandler;
import io.millrace.server.door.kafka.api.AlterConfigsHandler;
import io.millrace.server.door.kafka.api.AlterPartitionReassignmentsHandler;
import io.millrace.server.door.kafka.api.ApiVersionsHandler;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.ConsumerGroupDescribeHandler;
import io.millrace.server.door.kafka.api.ConsumerGroupHeartbeatHandler;
import io.millrace.server.door.kafka.api.CreatePartitionsHandler;
import io.millrace.server.door.kafka.api.CreateTopicsHandler;
import io.millrace.server.door.kafka.api.DeleteGroupsHandler;
import io.millrace.server.door.kafka.api.DeleteRecordsHandler;
import io.millrace.server.door.kafka.api.DeleteTopicsHandler;
import io.millrace.server.door.kafka.api.DescribeClusterHandler;
import io.millrace.server.door.kafka.api.DescribeConfigsHandler;
import io.millrace.server.door.kafka.api.DescribeGroupsHandler;
import io.millrace.server.door.kafka.api.DescribeLogDirsHandler;
import io.millrace.server.door.kafka.api.DescribeProducersHandler;
import io.millrace.server.door.kafka.api.DescribeTopicPartitionsHandler;
import io.millrace.server.door.kafka.api.DescribeTransactionsHandler;
import io.millrace.server.door.kafka.api.ElectLeadersHandler;
import io.millrace.server.door.kafka.api.EndTxnHandler;
import io.millrace.server.door.kafka.api.FetchHandler;
import io.millrace.server.door.kafka.api.FindCoordinatorHandler;
import io.millrace.server.door.kafka.api.HeartbeatHandler;
import io.millrace.server.door.kafka.api.IncrementalAlterConfigsHandler;
import io.millrace.server.door.kafka.api.InitProducerIdHandler;
import io.millrace.server.door.kafka.api.JoinGroupHandler;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.door.kafka.api.LeaveGroupHandler;
import io.millrace.server.door.kafka.api.ListConfigResourcesHandler;
import io.millrace.server.door.kafka.api.ListGroupsHandler;
import io.millrace.server.door.kafka.api.ListOffsetsHandler;
import io.millrace.server.door.kafka.api.ListPartitionReassignmentsHandler;
import io.millrace.server.door.kafka.api.ListTransactionsHandler;
import io.millrace.server.door.kafka.api.LogDirectory;
import io.millrace.server.door.kafka.api.MetadataHandler;
import io.millrace.server.door.kafka.api.OffsetCommitHandler;
import io.millrace.server.door.kafka.api.OffsetDeleteHandler;
import io.millrace.server.door.kafka.api.OffsetFetchHandler;
import io.millrace.server.door.kafka.api.OffsetForLeaderEpochHandler;
import io.millrace.server.door.kafka.api.ProduceHandler;
import io.millrace.server.door.kafka.api.QuotaHandlers;
import io.millrace.server.door.kafka.api.ScramHandlers;
import io.millrace.server.door.kafka.api.ShareAcknowledgeHandler;
import io.millrace.server.door.kafka.api.ShareFetchHandler;
import io.millrace.server.door.kafka.api.ShareGroupDescribeHandler;
import io.millrace.server.door.kafka.api.ShareGroupHeartbeatHandler;
import io.millrace.server.door.kafka.api.ShareGroupOffsetHandlers;
import io.millrace.server.door.kafka.api.SyncGroupHandler;
import io.millrace.server.door.kafka.api.TxnOffsetCommitHandler;
import io.millrace.server.door.kafka.api.WriteTxnMarkersHandler;
import io.millrace.server.door.kafka.fetch.SessionBudget;
import io.millrace.server.door.kafka.sasl.SaslHandlers;
import io.millrace.server.door.kafka.share.ShareSessions;
import io.millrace.server.door.kafka.wire.Api;
import io.millrace.server.door.kafka.wire.ApiTable;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import io.millrace.server.producer.ProducerCoordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AddOffsetsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AlterClientQuotasRequest;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.AlterShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.AlterUserScramCredentialsRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.CreateAclsRequest;
import org.apache.kafka.common.requests.CreatePartitionsRequest;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.DeleteAclsRequest;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.apache.kafka.common.requests.DescribeClientQuotasRequest;
import org.apache.kafka.common.requests.DescribeClusterRequest;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeLogDirsRequest;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.DescribeTopicPartitionsRequest;
import org.apache.kafka.common.requests.DescribeTransactionsRequest;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsRequest;
import org.apache.kafka.common.requests.ElectLeadersRequest;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.ListTransactionsRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.requests.ShareAcknowledgeRequest;
import org.apache.kafka.common.requests.ShareFetchRequest;
import org.apache.kafka.common.requests.ShareGroupDescribeRequest;
import org.apache.kafka.common.requests.ShareGroupHeartbeatRequest;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.requests.TxnOffsetCommitRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which APIs are served, in which versions, by which handler. What is not here is not announced.
 */
final class ApiRegistry {
  private final List<Api<?>> apis = new ArrayList<>();

  /** Null where nothing is checked. */
  private final @Nullable GuardTable guards;

  private ApiRegistry(@Nullable GuardTable guards) {
    this.guards = guards;
  }

  static ApiTable table(
      Broker broker,
      KafkaDoorConfig config,
      BrokerSettings settings,
      LogDirectory directory,
      Clock clock,
      DoorAccess access) {
    ApiRegistry registry =
        new ApiRegistry(
            access.isChecked()
                ? new GuardTable(broker.catalog(), settings.autoCreateTopics())
                : null);
    registry.fill(broker, config, settings, directory, clock);
    registry.security(broker, access, clock);
    return new ApiTable(registry.apis);
  }

  private void fill(
      Broker broker,
      KafkaDoorConfig config,
      BrokerSettings settings,
      LogDirectory directory,
      Clock clock) {
    // Connections
    serve(ApiKeys.API_VERSIONS, 0, 5, ApiVersionsRequest.class, new ApiVersionsHandler(() -> apis));

    // Records
    pipeline(ApiKeys.PRODUCE, 3, 13, ProduceRequest.class, new ProduceHandler(broker, clock));
    serve(ApiKeys.FETCH, 4, 18, FetchRequest.class, new FetchHandler(broker, config));
    serve(ApiKeys.LIST_OFFSETS, 1, 11, ListOffsetsRequest.class, new ListOffsetsHandler(broker));
    serve(
        ApiKeys.OFFSET_FOR_LEADER_EPOCH,
        2,
        4,
        OffsetsForLeaderEpochRequest.class,
        new OffsetForLeaderEpochHandler(broker));
    serve(
        ApiKeys.DELETE_RECORDS, 0, 2, DeleteRecordsRequest.class, new DeleteRecordsHandler(broker));
    serve(
        ApiKeys.INIT_PRODUCER_ID,
        0,
        5,
        InitProducerIdRequest.class,
        new InitProducerIdHandler(broker));
    transactions(broker, clock);
    serve(
        ApiKeys.DESCRIBE_PRODUCERS,
        0,
        0,
        DescribeProducersRequest.class,
        new DescribeProducersHandler(broker));

    // Cluster and topics
    serve(
        ApiKeys.METADATA,
        0,
        13,
        MetadataRequest.class,
        new MetadataHandler(broker, config, settings));
    serve(
        ApiKeys.DESCRIBE_CLUSTER,
        0,
        2,
        DescribeClusterRequest.class,
        new DescribeClusterHandler(config));
    serve(
        ApiKeys.CREATE_TOPICS,
        2,
        7,
        CreateTopicsRequest.class,
        new CreateTopicsHandler(broker, config, settings.defaultPartitions()));
    serve(ApiKeys.DELETE_TOPICS, 1, 6, DeleteTopicsRequest.class, new DeleteTopicsHandler(broker));
    serve(
        ApiKeys.CREATE_PARTITIONS,
        0,
        3,
        CreatePartitionsRequest.class,
        new CreatePartitionsHandler(broker, config));
    serve(
        ApiKeys.DESCRIBE_CONFIGS,
        1,
        4,
        DescribeConfigsRequest.class,
        new DescribeConfigsHandler(broker, config, settings));
    serve(
        ApiKeys.INCREMENTAL_ALTER_CONFIGS,
        0,
        1,
        IncrementalAlterConfigsRequest.class,
        new IncrementalAlterConfigsHandler(broker));

    serve(ApiKeys.ALTER_CONFIGS, 0, 2, AlterConfigsRequest.class, new AlterConfigsHandler(broker));
    CatalogView catalog = broker.catalog();
    serve(
        ApiKeys.LIST_CONFIG_RESOURCES,
        0,
        1,
        ListConfigResourcesRequest.class,
        new ListConfigResourcesHandler(catalog, broker.groupSettings(), config));
    serve(
        ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
        0,
        0,
        DescribeTopicPartitionsRequest.class,
        new DescribeTopicPartitionsHandler(catalog, config));

    // Replicas and disks
    serve(
        ApiKeys.DESCRIBE_LOG_DIRS,
        1,
        5,
        DescribeLogDirsRequest.class,
        new DescribeLogDirsHandler(broker, directory));
    serve(ApiKeys.ELECT_LEADERS, 0, 2, ElectLeadersRequest.class, new ElectLeadersHandler(catalog));
    serve(
        ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
        0,
        1,
        AlterPartitionReassignmentsRequest.class,
        new AlterPartitionReassignmentsHandler(catalog, config));
    serve(
        ApiKeys.LIST_PARTITION_REASSIGNMENTS,
        0,
        0,
        ListPartitionReassignmentsRequest.class,
        new ListPartitionReassignmentsHandler());

    // Groups
    serve(
        ApiKeys.FIND_COORDINATOR,
        0,
        6,
        FindCoordinatorRequest.class,
        new FindCoordinatorHandler(config));
    GroupCoordinator groups = broker.groups();
    serve(ApiKeys.JOIN_GROUP, 0, 9, JoinGroupRequest.class, new JoinGroupHandler(groups));
    serve(ApiKeys.SYNC_GROUP, 0, 5, SyncGroupRequest.class, new SyncGroupHandler(groups));
    serve(ApiKeys.HEARTBEAT, 0, 4, HeartbeatRequest.class, new HeartbeatHandler(groups));
    serve(ApiKeys.LEAVE_GROUP, 0, 5, LeaveGroupRequest.class, new LeaveGroupHandler(groups));
    serve(ApiKeys.OFFSET_COMMIT, 2, 10, OffsetCommitRequest.class, new OffsetCommitHandler(groups));
    serve(ApiKeys.OFFSET_FETCH, 1, 10, OffsetFetchRequest.class, new OffsetFetchHandler(groups));
    serve(
        ApiKeys.DESCRIBE_GROUPS,
        0,
        6,
        DescribeGroupsRequest.class,
        new DescribeGroupsHandler(groups));
    serve(ApiKeys.LIST_GROUPS, 0, 5, ListGroupsRequest.class, new ListGroupsHandler(groups));
    serve(ApiKeys.DELETE_GROUPS, 0, 3, DeleteGroupsRequest.class, new DeleteGroupsHandler(groups));
    serve(ApiKeys.OFFSET_DELETE, 0, 0, OffsetDeleteRequest.class, new OffsetDeleteHandler(groups));
    serve(
        ApiKeys.CONSUMER_GROUP_HEARTBEAT,
        0,
        1,
        ConsumerGroupHeartbeatRequest.class,
        new ConsumerGroupHeartbeatHandler(groups));
    serve(
        ApiKeys.CONSUMER_GROUP_DESCRIBE,
        0,
        1,
        ConsumerGroupDescribeRequest.class,
        new ConsumerGroupDescribeHandler(groups));
    shareGroups(groups);
    shareRecords(broker, config);
  }

  private void shareRecords(Broker broker, KafkaDoorConfig config) {
    SessionBudget limit = new SessionBudget(config.maxFetchSessionPartitions());
    // Tells the sessions of this process apart; nothing of them outlives it.
    AtomicLong connections = new AtomicLong();
    Function<Exchange, ShareSessions> sessions =
        exchange ->
            exchange
                .state()
                .get(
                    ShareSessions.class,
                    () ->
                        new ShareSessions(
                            limit, broker.cursors(), new UUID(0, connections.incrementAndGet())));
    serve(
        ApiKeys.SHARE_FETCH,
        1,
        2,
        ShareFetchRequest.class,
        new ShareFetchHandler(broker, config, sessions, broker::shareSettings));
    serve(
        ApiKeys.SHARE_ACKNOWLEDGE,
        1,
        2,
        ShareAcknowledgeRequest.class,
        new ShareAcknowledgeHandler(broker, sessions, broker::shareSettings));
  }

  private void shareGroups(GroupCoordinator groups) {
    serve(
        ApiKeys.SHARE_GROUP_HEARTBEAT,
        1,
        1,
        ShareGroupHeartbeatRequest.class,
        new ShareGroupHeartbeatHandler(groups));
    serve(
        ApiKeys.SHARE_GROUP_DESCRIBE,
        1,
        1,
        ShareGroupDescribeRequest.class,
        new ShareGroupDescribeHandler(groups));
    ShareGroupOffsetHandlers offsets = new ShareGroupOffsetHandlers(groups);
    serve(
        ApiKeys.DESCRIBE_SHARE_GROUP_OFFSETS,
        0,
        1,
        DescribeShareGroupOffsetsRequest.class,
        offsets::describe);
    serve(
        ApiKeys.ALTER_SHARE_GROUP_OFFSETS,
        0,
        0,
        AlterShareGroupOffsetsRequest.class,
        offsets::alter);
    serve(
        ApiKeys.DELETE_SHARE_GROUP_OFFSETS,
        0,
        0,
        DeleteShareGroupOffsetsRequest.class,
        offsets::delete);
  }

  private void security(Broker broker, DoorAccess access, Clock clock) {
    SaslHandlers sasl = new SaslHandlers(access.logins(), clock);
    serve(ApiKeys.SASL_HANDSHAKE, 0, 1, SaslHandshakeRequest.class, sasl::handshake);
    serve(ApiKeys.SASL_AUTHENTICATE, 0, 2, SaslAuthenticateRequest.class, sasl::authenticate);
    ScramHandlers scram = new ScramHandlers(broker.security());
    serve(
        ApiKeys.DESCRIBE_USER_SCRAM_CREDENTIALS,
        0,
        0,
        DescribeUserScramCredentialsRequest.class,
        scram::describe);
    serve(
        ApiKeys.ALTER_USER_SCRAM_CREDENTIALS,
        0,
        0,
        AlterUserScramCredentialsRequest.class,
        scram::alter);
    AclHandlers acls = new AclHandlers(broker.security(), access.isChecked());
    serve(ApiKeys.DESCRIBE_ACLS, 1, 3, DescribeAclsRequest.class, acls::describe);
    serve(ApiKeys.CREATE_ACLS, 1, 3, CreateAclsRequest.class, acls::create);
    serve(ApiKeys.DELETE_ACLS, 1, 3, DeleteAclsRequest.class, acls::delete);
    QuotaHandlers quotas = new QuotaHandlers(broker.security());
    serve(
        ApiKeys.DESCRIBE_CLIENT_QUOTAS, 0, 1, DescribeClientQuotasRequest.class, quotas::describe);
    serve(ApiKeys.ALTER_CLIENT_QUOTAS, 0, 1, AlterClientQuotasRequest.class, quotas::alter);
  }

  private void transactions(Broker broker, Clock clock) {
    ProducerCoordinator producers = broker.producers();
    // From version 4 on AddPartitionsToTxn is for brokers among themselves.
    serve(
        ApiKeys.ADD_PARTITIONS_TO_TXN,
        0,
        3,
        AddPartitionsToTxnRequest.class,
        new AddPartitionsToTxnHandler(broker));
    serve(
        ApiKeys.ADD_OFFSETS_TO_TXN,
        0,
        4,
        AddOffsetsToTxnRequest.class,
        new AddOffsetsToTxnHandler(producers));
    serve(ApiKeys.END_TXN, 0, 5, EndTxnRequest.class, new EndTxnHandler(producers));
    serve(
        ApiKeys.WRITE_TXN_MARKERS,
        1,
        2,
        WriteTxnMarkersRequest.class,
        new WriteTxnMarkersHandler(broker));
    serve(
        ApiKeys.TXN_OFFSET_COMMIT,
        0,
        6,
        TxnOffsetCommitRequest.class,
        new TxnOffsetCommitHandler(producers, broker.groups()));
    serve(
        ApiKeys.DESCRIBE_TRANSACTIONS,
        0,
        0,
        DescribeTransactionsRequest.class,
        new DescribeTransactionsHandler(broker));
    serve(
        ApiKeys.LIST_TRANSACTIONS,
        0,
        2,
        ListTransactionsRequest.class,
        new ListTransactionsHandler(producers, clock));
  }

  private <T extends AbstractRequest> void serve(
      ApiKeys key, int min, int max, Class<T> type, RequestHandler<T> handler) {
    apis.add(new Api<>(key, (short) min, (short) max, false, type, guarded(key, handler)));
  }

  private <T extends AbstractRequest> void pipeline(
      ApiKeys key, int min, int max, Class<T> type, RequestHandler<T> handler) {
    apis.add(new Api<>(key, (short) min, (short) max, true, type, guarded(key, handler)));
  }

  private <T extends AbstractRequest> RequestHandler<T> guarded(
      ApiKeys key, RequestHandler<T> handler) {
    GuardTable checked = guards;
    return checked == null ? handler : checked.guarded(key, handler);
  }
}
