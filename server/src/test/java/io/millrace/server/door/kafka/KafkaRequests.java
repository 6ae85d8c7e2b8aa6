package io.millrace.server.door.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/** Requests of every API that is served, in all versions. */
public final class KafkaRequests {
  private KafkaRequests() {}

  /** The bytes of a request's frame, without its size. */
  public static byte[] frame(ApiKeys key, short version, int correlationId, ApiMessage request) {
    RequestHeaderData header =
        new RequestHeaderData()
            .setRequestApiKey(key.id)
            .setRequestApiVersion(version)
            .setCorrelationId(correlationId)
            .setClientId("every");
    byte[] headerBytes = bytes(header, key.requestHeaderVersion(version));
    byte[] requestBytes = bytes(request, version);
    return ByteBuffer.allocate(headerBytes.length + requestBytes.length)
        .put(headerBytes)
        .put(requestBytes)
        .array();
  }

  /** Frames as they are sent, each behind its size. */
  public static byte[] framed(byte[]... frames) {
    ByteBuffer all =
        ByteBuffer.allocate(
            Arrays.stream(frames).mapToInt(frame -> Integer.BYTES + frame.length).sum());
    for (byte[] frame : frames) {
      all.putInt(frame.length).put(frame);
    }
    return all.array();
  }

  /** A batch of records with these values, without keys. */
  public static MemoryRecords records(byte[]... values) {
    return MemoryRecords.withRecords(
        Compression.NONE,
        Arrays.stream(values).map(SimpleRecord::new).toArray(SimpleRecord[]::new));
  }

  /** What produces records, right or wrong, to partition 0 of a topic, and wants them durable. */
  public static ProduceRequestData produce(String topic, BaseRecords records) {
    return produce(topic, 0, (short) -1, records);
  }

  /** What produces records, right or wrong. */
  public static ProduceRequestData produce(
      String topic, int partition, short acks, @Nullable BaseRecords records) {
    ProduceRequestData data = new ProduceRequestData().setAcks(acks).setTimeoutMs(1000);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName(topic)
                .setPartitionData(
                    List.of(
                        new ProduceRequestData.PartitionProduceData()
                            .setIndex(partition)
                            .setRecords(records))));
    return data;
  }

  private static byte[] bytes(ApiMessage message, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    message.size(cache, version);
    ByteBuffer buffer = MessageUtil.toByteBufferAccessor(message, version).buffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /**
   * A request of every API that is served, made for a version of it.
   *
   * @param topic named by the requests that name topics
   * @param id named by the versions that name topics by their ids
   * @param group named by the requests that name groups, some with a suffix
   */
  public static Map<ApiKeys, Function<Short, ApiMessage>> about(
      String topic, Uuid id, String group) {
    Map<ApiKeys, Function<Short, ApiMessage>> all = new EnumMap<>(ApiKeys.class);
    security(all, topic);
    records(all, topic, id);
    cluster(all, topic, id);
    replicas(all, topic);
    groups(all, topic, id, group);
    transactions(all, topic, id, group);
    return all;
  }

  private static void transactions(
      Map<ApiKeys, Function<Short, ApiMessage>> all, String topic, Uuid id, String group) {
    all.put(
        ApiKeys.ADD_PARTITIONS_TO_TXN,
        version -> {
          AddPartitionsToTxnRequestData data =
              new AddPartitionsToTxnRequestData()
                  .setV3AndBelowTransactionalId("tx")
                  .setV3AndBelowProducerId(0);
          data.v3AndBelowTopics()
              .add(
                  new AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic()
                      .setName(topic)
                      .setPartitions(List.of(0)));
          return data;
        });
    all.put(
        ApiKeys.ADD_OFFSETS_TO_TXN,
        version -> new AddOffsetsToTxnRequestData().setTransactionalId("tx").setGroupId(group));
    all.put(
        ApiKeys.END_TXN,
        version -> new EndTxnRequestData().setTransactionalId("tx").setCommitted(version % 2 == 0));
    all.put(
        ApiKeys.WRITE_TXN_MARKERS,
        version ->
            new WriteTxnMarkersRequestData()
                .setMarkers(
                    List.of(
                        new WriteTxnMarkersRequestData.WritableTxnMarker()
                            .setProducerId(1L << 40)
                            .setTopics(
                                List.of(
                                    new WriteTxnMarkersRequestData.WritableTxnMarkerTopic()
                                        .setName(topic)
                                        .setPartitionIndexes(List.of(0)))))));
    all.put(
        ApiKeys.TXN_OFFSET_COMMIT,
        version ->
            new TxnOffsetCommitRequestData()
                .setTransactionalId("tx")
                .setGroupId(group)
                .setTopics(
                    List.of(
                        new TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic()
                            .setName(version < 6 ? topic : "")
                            .setTopicId(version < 6 ? Uuid.ZERO_UUID : id)
                            .setPartitions(
                                List.of(
                                    new TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition()
                                        .setPartitionIndex(0)
                                        .setCommittedOffset(1)
                                        .setCommittedMetadata("m"))))));
    all.put(
        ApiKeys.DESCRIBE_TRANSACTIONS,
        version ->
            new DescribeTransactionsRequestData().setTransactionalIds(List.of("tx", "absent")));
    all.put(ApiKeys.LIST_TRANSACTIONS, version -> new ListTransactionsRequestData());
  }

  private static void security(Map<ApiKeys, Function<Short, ApiMessage>> all, String topic) {
    all.put(
        ApiKeys.SASL_HANDSHAKE, version -> new SaslHandshakeRequestData().setMechanism("PLAIN"));
    all.put(
        ApiKeys.SASL_AUTHENTICATE,
        version -> new SaslAuthenticateRequestData().setAuthBytes(new byte[] {0, 'a', 0, 'b'}));
    all.put(
        ApiKeys.DESCRIBE_USER_SCRAM_CREDENTIALS,
        version ->
            new DescribeUserScramCredentialsRequestData()
                .setUsers(
                    List.of(
                        new DescribeUserScramCredentialsRequestData.UserName().setName("nobody"))));
    all.put(
        ApiKeys.ALTER_USER_SCRAM_CREDENTIALS,
        version ->
            new AlterUserScramCredentialsRequestData()
                .setUpsertions(
                    List.of(
                        new AlterUserScramCredentialsRequestData.ScramCredentialUpsertion()
                            .setName("ann")
                            .setMechanism((byte) 1)
                            .setIterations(4096)
                            .setSalt(new byte[] {1, 2})
                            .setSaltedPassword(new byte[] {3, 4}))));
    all.put(
        ApiKeys.DESCRIBE_CLIENT_QUOTAS,
        version ->
            new DescribeClientQuotasRequestData()
                .setComponents(
                    List.of(
                        new DescribeClientQuotasRequestData.ComponentData()
                            .setEntityType("user")
                            .setMatchType((byte) 2)
                            .setMatch(null))));
    all.put(
        ApiKeys.ALTER_CLIENT_QUOTAS,
        version ->
            new AlterClientQuotasRequestData()
                .setEntries(
                    List.of(
                        new AlterClientQuotasRequestData.EntryData()
                            .setEntity(
                                List.of(
                                    new AlterClientQuotasRequestData.EntityData()
                                        .setEntityType("user")
                                        .setEntityName("nobody-else")))
                            .setOps(
                                List.of(
                                    new AlterClientQuotasRequestData.OpData()
                                        .setKey("producer_byte_rate")
                                        .setValue(1024))))));
    all.put(
        ApiKeys.DESCRIBE_ACLS,
        version ->
            new DescribeAclsRequestData()
                .setResourceTypeFilter((byte) 1)
                .setPatternTypeFilter((byte) 1)
                .setOperation((byte) 1)
                .setPermissionType((byte) 1));
    all.put(
        ApiKeys.CREATE_ACLS,
        version ->
            new CreateAclsRequestData()
                .setCreations(
                    List.of(
                        new CreateAclsRequestData.AclCreation()
                            .setResourceType((byte) 2)
                            .setResourceName(topic)
                            .setPrincipal("User:ann")
                            .setHost("*")
                            .setOperation((byte) 3)
                            .setPermissionType((byte) 3))));
    all.put(
        ApiKeys.DELETE_ACLS,
        version ->
            new DeleteAclsRequestData()
                .setFilters(
                    List.of(
                        new DeleteAclsRequestData.DeleteAclsFilter()
                            .setResourceTypeFilter((byte) 2)
                            .setResourceNameFilter(topic)
                            .setOperation((byte) 1)
                            .setPermissionType((byte) 1))));
  }

  private static void records(
      Map<ApiKeys, Function<Short, ApiMessage>> all, String topic, Uuid id) {
    all.put(
        ApiKeys.API_VERSIONS,
        version ->
            version < 3
                ? new ApiVersionsRequestData()
                : new ApiVersionsRequestData()
                    .setClientSoftwareName("test")
                    .setClientSoftwareVersion("1"));
    all.put(
        ApiKeys.PRODUCE,
        version -> {
          ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
          data.topicData()
              .add(
                  new ProduceRequestData.TopicProduceData()
                      .setName(version < 13 ? topic : "")
                      .setTopicId(version < 13 ? Uuid.ZERO_UUID : id)
                      .setPartitionData(
                          List.of(
                              new ProduceRequestData.PartitionProduceData()
                                  .setIndex(0)
                                  .setRecords(
                                      MemoryRecords.withRecords(
                                          Compression.NONE,
                                          new SimpleRecord(
                                              "v".getBytes(StandardCharsets.UTF_8)))))));
          return data;
        });
    all.put(
        ApiKeys.FETCH,
        version ->
            new FetchRequestData()
                .setMaxWaitMs(10)
                .setMinBytes(1)
                .setSessionEpoch(version < 7 ? -1 : 0)
                .setIsolationLevel((byte) (version % 2))
                .setTopics(
                    List.of(
                        new FetchRequestData.FetchTopic()
                            .setTopic(version < 13 ? topic : "")
                            .setTopicId(version < 13 ? Uuid.ZERO_UUID : id)
                            .setPartitions(
                                List.of(
                                    new FetchRequestData.FetchPartition()
                                        .setPartition(0)
                                        .setPartitionMaxBytes(1 << 20))))));
    all.put(
        ApiKeys.LIST_OFFSETS,
        version ->
            new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(
                    List.of(
                        new ListOffsetsRequestData.ListOffsetsTopic()
                            .setName(topic)
                            .setPartitions(
                                List.of(
                                    new ListOffsetsRequestData.ListOffsetsPartition()
                                        .setPartitionIndex(0)
                                        .setTimestamp(version % 2 == 0 ? -1 : 0))))));
    all.put(
        ApiKeys.OFFSET_FOR_LEADER_EPOCH,
        version -> {
          OffsetForLeaderEpochRequestData data =
              new OffsetForLeaderEpochRequestData().setReplicaId(-1);
          data.topics()
              .add(
                  new OffsetForLeaderEpochRequestData.OffsetForLeaderTopic()
                      .setTopic(topic)
                      .setPartitions(
                          List.of(
                              new OffsetForLeaderEpochRequestData.OffsetForLeaderPartition()
                                  .setPartition(0)
                                  .setLeaderEpoch(0))));
          return data;
        });
    all.put(
        ApiKeys.DELETE_RECORDS,
        version ->
            new DeleteRecordsRequestData()
                .setTopics(
                    List.of(
                        new DeleteRecordsRequestData.DeleteRecordsTopic()
                            .setName(topic)
                            .setPartitions(
                                List.of(
                                    new DeleteRecordsRequestData.DeleteRecordsPartition()
                                        .setPartitionIndex(0)
                                        .setOffset(0))))));
    all.put(
        ApiKeys.DESCRIBE_PRODUCERS,
        version -> {
          DescribeProducersRequestData data = new DescribeProducersRequestData();
          data.topics()
              .add(
                  new DescribeProducersRequestData.TopicRequest()
                      .setName(topic)
                      .setPartitionIndexes(List.of(0)));
          return data;
        });
    all.put(
        ApiKeys.INIT_PRODUCER_ID,
        version ->
            new InitProducerIdRequestData()
                .setTransactionalId(version % 2 == 0 ? null : "tx")
                .setTransactionTimeoutMs(1000));
  }

  private static void cluster(
      Map<ApiKeys, Function<Short, ApiMessage>> all, String topic, Uuid id) {
    all.put(
        ApiKeys.METADATA,
        version -> {
          // By id since version 10, and without a name since version 12.
          MetadataRequestData.MetadataRequestTopic asked =
              version < 10 || version == 12
                  ? new MetadataRequestData.MetadataRequestTopic().setName(topic)
                  : new MetadataRequestData.MetadataRequestTopic()
                      .setName(version < 12 ? "" : null)
                      .setTopicId(id);
          return new MetadataRequestData()
              .setTopics(List.of(asked))
              .setAllowAutoTopicCreation(version < 4)
              .setIncludeTopicAuthorizedOperations(version >= 8)
              .setIncludeClusterAuthorizedOperations(version >= 8 && version <= 10);
        });
    all.put(
        ApiKeys.DESCRIBE_CLUSTER,
        version -> new DescribeClusterRequestData().setIncludeClusterAuthorizedOperations(true));
    all.put(
        ApiKeys.CREATE_TOPICS,
        version -> {
          CreateTopicsRequestData data = new CreateTopicsRequestData().setValidateOnly(true);
          data.topics()
              .add(
                  new CreateTopicsRequestData.CreatableTopic()
                      .setName(topic)
                      .setNumPartitions(1)
                      .setReplicationFactor((short) 1));
          return data;
        });
    all.put(
        ApiKeys.DELETE_TOPICS,
        version ->
            version < 6
                ? new DeleteTopicsRequestData().setTopicNames(List.of("absent " + topic))
                : new DeleteTopicsRequestData()
                    .setTopics(
                        List.of(
                            new DeleteTopicsRequestData.DeleteTopicState()
                                .setTopicId(Uuid.randomUuid()))));
    all.put(
        ApiKeys.CREATE_PARTITIONS,
        version -> {
          CreatePartitionsRequestData data =
              new CreatePartitionsRequestData().setValidateOnly(true);
          data.topics()
              .add(
                  new CreatePartitionsRequestData.CreatePartitionsTopic()
                      .setName(topic)
                      .setCount(5)
                      .setAssignments(null));
          return data;
        });
    all.put(
        ApiKeys.DESCRIBE_CONFIGS,
        version ->
            new DescribeConfigsRequestData()
                .setIncludeSynonyms(true)
                .setIncludeDocumentation(version >= 3)
                .setResources(
                    List.of(
                        new DescribeConfigsRequestData.DescribeConfigsResource()
                            .setResourceType((byte) 2)
                            .setResourceName(topic)
                            .setConfigurationKeys(null))));
    all.put(
        ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
        version ->
            new DescribeTopicPartitionsRequestData()
                .setTopics(
                    List.of(new DescribeTopicPartitionsRequestData.TopicRequest().setName(topic))));
    all.put(
        ApiKeys.LIST_CONFIG_RESOURCES,
        version ->
            new ListConfigResourcesRequestData()
                .setResourceTypes(version == 0 ? List.of() : List.of((byte) 2, (byte) 4)));
    all.put(
        ApiKeys.ALTER_CONFIGS,
        version -> {
          AlterConfigsRequestData.AlterableConfigCollection settings =
              new AlterConfigsRequestData.AlterableConfigCollection();
          settings.add(
              new AlterConfigsRequestData.AlterableConfig()
                  .setName("retention.ms")
                  .setValue("1000"));
          AlterConfigsRequestData data = new AlterConfigsRequestData().setValidateOnly(true);
          data.resources()
              .add(
                  new AlterConfigsRequestData.AlterConfigsResource()
                      .setResourceType((byte) 2)
                      .setResourceName(topic)
                      .setConfigs(settings));
          return data;
        });
    all.put(
        ApiKeys.INCREMENTAL_ALTER_CONFIGS,
        version -> {
          IncrementalAlterConfigsRequestData.AlterableConfigCollection changes =
              new IncrementalAlterConfigsRequestData.AlterableConfigCollection();
          changes.add(
              new IncrementalAlterConfigsRequestData.AlterableConfig()
                  .setName("retention.ms")
                  .setValue("1000"));
          IncrementalAlterConfigsRequestData data =
              new IncrementalAlterConfigsRequestData().setValidateOnly(true);
          data.resources()
              .add(
                  new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                      .setResourceType((byte) 2)
                      .setResourceName(topic)
                      .setConfigs(changes));
          return data;
        });
  }

  private static void replicas(Map<ApiKeys, Function<Short, ApiMessage>> all, String topic) {
    all.put(
        ApiKeys.DESCRIBE_LOG_DIRS,
        version -> {
          DescribeLogDirsRequestData data = new DescribeLogDirsRequestData();
          data.topics()
              .add(
                  new DescribeLogDirsRequestData.DescribableLogDirTopic()
                      .setTopic(topic)
                      .setPartitions(List.of(0, 7)));
          return data;
        });
    all.put(
        ApiKeys.ELECT_LEADERS,
        version -> {
          ElectLeadersRequestData data =
              new ElectLeadersRequestData().setElectionType((byte) (version == 2 ? 1 : 0));
          data.topicPartitions()
              .add(
                  new ElectLeadersRequestData.TopicPartitions()
                      .setTopic(topic)
                      .setPartitions(List.of(0, 7)));
          return data;
        });
    all.put(
        ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
        version ->
            new AlterPartitionReassignmentsRequestData()
                .setTopics(
                    List.of(
                        new AlterPartitionReassignmentsRequestData.ReassignableTopic()
                            .setName(topic)
                            .setPartitions(
                                List.of(
                                    new AlterPartitionReassignmentsRequestData
                                            .ReassignablePartition()
                                        .setPartitionIndex(0)
                                        .setReplicas(List.of(1)))))));
    all.put(
        ApiKeys.LIST_PARTITION_REASSIGNMENTS,
        version ->
            new ListPartitionReassignmentsRequestData()
                .setTopics(
                    List.of(
                        new ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics()
                            .setName(topic)
                            .setPartitionIndexes(List.of(0)))));
  }

  private static void groups(
      Map<ApiKeys, Function<Short, ApiMessage>> all, String topic, Uuid id, String group) {
    all.put(
        ApiKeys.FIND_COORDINATOR,
        version ->
            version < 4
                ? new FindCoordinatorRequestData().setKey(group)
                : new FindCoordinatorRequestData()
                    .setKeyType((byte) (version % 2))
                    .setCoordinatorKeys(List.of(group)));
    all.put(
        ApiKeys.JOIN_GROUP,
        version -> {
          JoinGroupRequestData data =
              new JoinGroupRequestData()
                  .setGroupId(group + version)
                  .setSessionTimeoutMs(10_000)
                  .setRebalanceTimeoutMs(version < 1 ? -1 : 10_000)
                  .setProtocolType("consumer")
                  .setGroupInstanceId(version < 5 ? null : "instance");
          data.protocols()
              .add(
                  new JoinGroupRequestData.JoinGroupRequestProtocol()
                      .setName("range")
                      .setMetadata(new byte[] {1}));
          return data;
        });
    all.put(
        ApiKeys.SYNC_GROUP,
        version ->
            new SyncGroupRequestData()
                .setGroupId(group)
                .setMemberId("m")
                .setProtocolType(version < 5 ? null : "consumer")
                .setProtocolName(version < 5 ? null : "range"));
    all.put(
        ApiKeys.HEARTBEAT,
        version -> new HeartbeatRequestData().setGroupId(group).setMemberId("m"));
    all.put(
        ApiKeys.LEAVE_GROUP,
        version ->
            version < 3
                ? new LeaveGroupRequestData().setGroupId(group + "0").setMemberId("m")
                : new LeaveGroupRequestData()
                    .setGroupId(group + "0")
                    .setMembers(
                        List.of(new LeaveGroupRequestData.MemberIdentity().setMemberId("m"))));
    all.put(
        ApiKeys.OFFSET_COMMIT,
        version ->
            new OffsetCommitRequestData()
                .setGroupId(group)
                .setTopics(
                    List.of(
                        new OffsetCommitRequestData.OffsetCommitRequestTopic()
                            .setName(version < 10 ? topic : "")
                            .setTopicId(version < 10 ? Uuid.ZERO_UUID : id)
                            .setPartitions(
                                List.of(
                                    new OffsetCommitRequestData.OffsetCommitRequestPartition()
                                        .setPartitionIndex(0)
                                        .setCommittedOffset(1)
                                        .setCommittedMetadata("m"))))));
    all.put(
        ApiKeys.OFFSET_FETCH,
        version ->
            version < 8
                ? new OffsetFetchRequestData()
                    .setGroupId(group)
                    .setTopics(
                        List.of(
                            new OffsetFetchRequestData.OffsetFetchRequestTopic()
                                .setName(topic)
                                .setPartitionIndexes(List.of(0))))
                : new OffsetFetchRequestData()
                    .setGroups(
                        List.of(
                            new OffsetFetchRequestData.OffsetFetchRequestGroup()
                                .setGroupId(group)
                                .setTopics(
                                    List.of(
                                        new OffsetFetchRequestData.OffsetFetchRequestTopics()
                                            .setName(version < 10 ? topic : "")
                                            .setTopicId(version < 10 ? Uuid.ZERO_UUID : id)
                                            .setPartitionIndexes(List.of(0)))))));
    all.put(
        ApiKeys.DESCRIBE_GROUPS,
        version ->
            new DescribeGroupsRequestData()
                .setGroups(List.of(group, group + "9"))
                .setIncludeAuthorizedOperations(version >= 3));
    all.put(ApiKeys.LIST_GROUPS, version -> new ListGroupsRequestData());
    all.put(
        ApiKeys.DELETE_GROUPS,
        version -> new DeleteGroupsRequestData().setGroupsNames(List.of(group + "9", "absent")));
    all.put(
        ApiKeys.CONSUMER_GROUP_HEARTBEAT,
        version -> {
          ConsumerGroupHeartbeatRequestData data =
              new ConsumerGroupHeartbeatRequestData()
                  .setGroupId(group + "-848")
                  .setMemberId(version == 0 ? "" : "member")
                  .setMemberEpoch(0)
                  .setRebalanceTimeoutMs(10_000)
                  .setSubscribedTopicNames(List.of(topic))
                  .setServerAssignor("uniform")
                  .setTopicPartitions(List.of());
          return version == 0 ? data : data.setSubscribedTopicRegex("he.*");
        });
    all.put(
        ApiKeys.CONSUMER_GROUP_DESCRIBE,
        version ->
            new ConsumerGroupDescribeRequestData()
                .setGroupIds(List.of(group, group + "-848"))
                .setIncludeAuthorizedOperations(true));
    all.put(
        ApiKeys.SHARE_GROUP_HEARTBEAT,
        version ->
            new ShareGroupHeartbeatRequestData()
                .setGroupId(group + "-932")
                .setMemberId("member")
                .setMemberEpoch(0)
                .setRackId("rack")
                .setSubscribedTopicNames(List.of(topic)));
    all.put(
        ApiKeys.SHARE_FETCH,
        version ->
            new ShareFetchRequestData()
                .setGroupId(group + "-932")
                .setMemberId("member")
                .setShareSessionEpoch(0)
                .setMaxWaitMs(10)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setMaxRecords(10)
                .setBatchSize(10)
                .setShareAcquireMode((byte) (version - 1))
                .setTopics(
                    new ShareFetchRequestData.FetchTopicCollection(
                        List.of(
                                new ShareFetchRequestData.FetchTopic()
                                    .setTopicId(id)
                                    .setPartitions(
                                        new ShareFetchRequestData.FetchPartitionCollection(
                                            List.of(
                                                    new ShareFetchRequestData.FetchPartition()
                                                        .setPartitionIndex(0))
                                                .iterator())))
                            .iterator())));
    all.put(
        ApiKeys.SHARE_ACKNOWLEDGE,
        version ->
            new ShareAcknowledgeRequestData()
                .setGroupId(group + "-932")
                .setMemberId("member")
                .setShareSessionEpoch(1)
                .setIsRenewAck(version > 1)
                .setTopics(
                    new ShareAcknowledgeRequestData.AcknowledgeTopicCollection(
                        List.of(
                                new ShareAcknowledgeRequestData.AcknowledgeTopic()
                                    .setTopicId(id)
                                    .setPartitions(
                                        new ShareAcknowledgeRequestData
                                            .AcknowledgePartitionCollection(
                                            List.of(
                                                    new ShareAcknowledgeRequestData
                                                            .AcknowledgePartition()
                                                        .setPartitionIndex(0)
                                                        .setAcknowledgementBatches(
                                                            List.of(
                                                                new ShareAcknowledgeRequestData
                                                                        .AcknowledgementBatch()
                                                                    .setFirstOffset(0)
                                                                    .setLastOffset(0)
                                                                    .setAcknowledgeTypes(
                                                                        List.of((byte) 1)))))
                                                .iterator())))
                            .iterator())));
    all.put(
        ApiKeys.SHARE_GROUP_DESCRIBE,
        version ->
            new ShareGroupDescribeRequestData()
                .setGroupIds(List.of(group, group + "-932"))
                .setIncludeAuthorizedOperations(true));
    all.put(
        ApiKeys.DESCRIBE_SHARE_GROUP_OFFSETS,
        version ->
            new DescribeShareGroupOffsetsRequestData()
                .setGroups(
                    List.of(
                        new DescribeShareGroupOffsetsRequestData
                                .DescribeShareGroupOffsetsRequestGroup()
                            .setGroupId(group + "-932")
                            .setTopics(
                                new ArrayList<>(
                                    List.of(
                                        new DescribeShareGroupOffsetsRequestData
                                                .DescribeShareGroupOffsetsRequestTopic()
                                            .setTopicName(topic)
                                            .setPartitions(List.of(0, 99))))))));
    all.put(
        ApiKeys.ALTER_SHARE_GROUP_OFFSETS,
        version -> {
          AlterShareGroupOffsetsRequestData data =
              new AlterShareGroupOffsetsRequestData().setGroupId(group + "-932");
          data.topics()
              .add(
                  new AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestTopic()
                      .setTopicName(topic)
                      .setPartitions(
                          List.of(
                              new AlterShareGroupOffsetsRequestData
                                      .AlterShareGroupOffsetsRequestPartition()
                                  .setPartitionIndex(0)
                                  .setStartOffset(0))));
          return data;
        });
    all.put(
        ApiKeys.DELETE_SHARE_GROUP_OFFSETS,
        version ->
            new DeleteShareGroupOffsetsRequestData()
                .setGroupId(group + "-932")
                .setTopics(
                    new ArrayList<>(
                        List.of(
                            new DeleteShareGroupOffsetsRequestData
                                    .DeleteShareGroupOffsetsRequestTopic()
                                .setTopicName(topic)))));
    all.put(
        ApiKeys.OFFSET_DELETE,
        version -> {
          OffsetDeleteRequestData data = new OffsetDeleteRequestData().setGroupId(group);
          data.topics()
              .add(
                  new OffsetDeleteRequestData.OffsetDeleteRequestTopic()
                      .setName(topic)
                      .setPartitions(
                          List.of(
                              new OffsetDeleteRequestData.OffsetDeleteRequestPartition()
                                  .setPartitionIndex(0))));
          return data;
        });
  }
}
