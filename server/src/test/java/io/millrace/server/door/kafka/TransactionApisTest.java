package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests of transactions one by one: errors, and how each version says them. */
@Timeout(60)
final class TransactionApisTest {
  private static final String TX = "tx";
  private static final short LATEST_INIT = 5;
  private static final short LATEST_END = 5;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @SuppressWarnings("NullAway.Init")
  private RawClient client;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    client = new RawClient(server.port());
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  private <T extends ApiMessage> T ask(ApiKeys key, int version, ApiMessage request, Class<T> type)
      throws Exception {
    return type.cast(client.ask(key, (short) version, request).data());
  }

  private InitProducerIdResponseData init(int version, InitProducerIdRequestData data)
      throws Exception {
    return ask(ApiKeys.INIT_PRODUCER_ID, version, data, InitProducerIdResponseData.class);
  }

  private static InitProducerIdRequestData begins() {
    return new InitProducerIdRequestData().setTransactionalId(TX).setTransactionTimeoutMs(60_000);
  }

  private Errors end(int version, long id, int epoch, boolean commit) throws Exception {
    return Errors.forCode(endAnswer(version, id, epoch, commit).errorCode());
  }

  private EndTxnResponseData endAnswer(int version, long id, int epoch, boolean commit)
      throws Exception {
    return ask(
        ApiKeys.END_TXN,
        version,
        new EndTxnRequestData()
            .setTransactionalId(TX)
            .setProducerId(id)
            .setProducerEpoch((short) epoch)
            .setCommitted(commit),
        EndTxnResponseData.class);
  }

  private List<Errors> addPartitions(int version, long id, int epoch, String topic, int... indexes)
      throws Exception {
    AddPartitionsToTxnRequestData data =
        new AddPartitionsToTxnRequestData()
            .setV3AndBelowTransactionalId(TX)
            .setV3AndBelowProducerId(id)
            .setV3AndBelowProducerEpoch((short) epoch);
    data.v3AndBelowTopics()
        .add(
            new AddPartitionsToTxnTopic()
                .setName(topic)
                .setPartitions(Arrays.stream(indexes).boxed().toList()));
    return ask(ApiKeys.ADD_PARTITIONS_TO_TXN, version, data, AddPartitionsToTxnResponseData.class)
        .resultsByTopicV3AndBelow()
        .stream()
        .flatMap(result -> result.resultsByPartition().stream())
        .map(result -> Errors.forCode(result.partitionErrorCode()))
        .toList();
  }

  private Errors addOffsets(int version, long id, int epoch) throws Exception {
    return Errors.forCode(
        ask(
                ApiKeys.ADD_OFFSETS_TO_TXN,
                version,
                new AddOffsetsToTxnRequestData()
                    .setTransactionalId(TX)
                    .setProducerId(id)
                    .setProducerEpoch((short) epoch)
                    .setGroupId("g"),
                AddOffsetsToTxnResponseData.class)
            .errorCode());
  }

  private Errors commitOffset(int version, long id, int epoch) throws Exception {
    return Errors.forCode(
        ask(
                ApiKeys.TXN_OFFSET_COMMIT,
                version,
                new TxnOffsetCommitRequestData()
                    .setTransactionalId(TX)
                    .setGroupId("g")
                    .setProducerId(id)
                    .setProducerEpoch((short) epoch)
                    .setTopics(
                        List.of(
                            new TxnOffsetCommitRequestTopic()
                                .setName("t")
                                .setPartitions(
                                    List.of(
                                        new TxnOffsetCommitRequestPartition()
                                            .setPartitionIndex(0)
                                            .setCommittedOffset(5))))),
                TxnOffsetCommitResponseData.class)
            .topics()
            .get(0)
            .partitions()
            .get(0)
            .errorCode());
  }

  private Errors produce(int version, @Nullable String tx, MemoryRecords r) throws Exception {
    ProduceRequestData data = KafkaRequests.produce("t", r).setTransactionalId(tx);
    ProduceResponseData answer = ask(ApiKeys.PRODUCE, version, data, ProduceResponseData.class);
    return Errors.forCode(
        Objects.requireNonNull(answer.responses().iterator().next())
            .partitionResponses()
            .get(0)
            .errorCode());
  }

  private static MemoryRecords records(long id, int epoch, int sequence) {
    return MemoryRecords.withTransactionalRecords(
        Compression.NONE,
        id,
        (short) epoch,
        sequence,
        new SimpleRecord("v".getBytes(StandardCharsets.UTF_8)));
  }

  // ---- beginning

  @Test
  void refusesProducersThatCannotBe() throws Exception {
    assertThat(error(begins().setTransactionalId(""))).isEqualTo(Errors.INVALID_REQUEST);
    assertThat(error(begins().setTransactionalId("x".repeat(1001))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(error(begins().setProducerId(5))).isEqualTo(Errors.INVALID_REQUEST);
    assertThat(error(begins().setProducerEpoch((short) 5))).isEqualTo(Errors.INVALID_REQUEST);
    assertThat(error(begins().setTransactionTimeoutMs(0)))
        .isEqualTo(Errors.INVALID_TRANSACTION_TIMEOUT);
    assertThat(error(begins().setTransactionTimeoutMs(900_001)))
        .isEqualTo(Errors.INVALID_TRANSACTION_TIMEOUT);
    assertThat(error(begins().setTransactionTimeoutMs(900_000))).isEqualTo(Errors.NONE);
  }

  private Errors error(InitProducerIdRequestData data) throws Exception {
    return Errors.forCode(init(LATEST_INIT, data).errorCode());
  }

  @ParameterizedTest
  @CsvSource({"3,INVALID_PRODUCER_EPOCH", "4,PRODUCER_FENCED", "5,PRODUCER_FENCED"})
  void tellsAFencedProducerThatGoesOn(int version, Errors expected) throws Exception {
    InitProducerIdResponseData first = init(LATEST_INIT, begins());
    init(LATEST_INIT, begins());

    InitProducerIdResponseData late =
        init(
            version,
            begins().setProducerId(first.producerId()).setProducerEpoch(first.producerEpoch()));

    assertThat(Errors.forCode(late.errorCode())).isEqualTo(expected);
    assertThat(late.producerId()).isEqualTo(-1);
  }

  @Test
  void aProducerThatGoesOnGetsTheNextEpochOnce() throws Exception {
    InitProducerIdResponseData first = init(LATEST_INIT, begins());
    InitProducerIdRequestData goesOn =
        begins().setProducerId(first.producerId()).setProducerEpoch(first.producerEpoch());

    assertThat(init(LATEST_INIT, goesOn).producerEpoch()).isEqualTo((short) 1);
    assertThat(init(LATEST_INIT, goesOn).producerEpoch()).isEqualTo((short) 1);
  }

  // ---- fencing, by version

  @ParameterizedTest
  @CsvSource({
    "0,INVALID_PRODUCER_EPOCH",
    "1,INVALID_PRODUCER_EPOCH",
    "2,PRODUCER_FENCED",
    "3,PRODUCER_FENCED"
  })
  void tellsAFencedProducerThatAddsOrEnds(int version, Errors expected) throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();
    init(LATEST_INIT, begins());

    assertThat(addPartitions(version, id, 0, "t", 0)).containsExactly(expected);
    assertThat(addOffsets(version, id, 0)).isEqualTo(expected);
    assertThat(end(version, id, 0, true)).isEqualTo(expected);
  }

  @Test
  void tellsAFencedProducerThatWrites() throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();
    init(LATEST_INIT, begins());

    assertThat(produce(11, TX, records(id, 0, 0))).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
    assertThat(produce(12, TX, records(id, 0, 0))).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
    assertThat(commitOffset(4, id, 0)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
    assertThat(commitOffset(5, id, 0)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
  }

  @Test
  void knowsNobodyByAForeignProducerId() throws Exception {
    long id = init(LATEST_INIT, begins()).producerId() + 100;

    assertThat(addPartitions(3, id, 0, "t", 0)).containsExactly(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(addOffsets(4, id, 0)).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(end(5, id, 0, true)).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(produce(12, TX, records(id, 0, 0))).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(commitOffset(5, id, 0)).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
  }

  // ---- joining

  @Test
  void addsAllPartitionsOrNone() throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();

    assertThat(addPartitions(3, id, 0, "t", 0, 7))
        .containsExactly(Errors.OPERATION_NOT_ATTEMPTED, Errors.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(produce(11, TX, records(id, 0, 0))).isEqualTo(Errors.TRANSACTION_ABORTABLE);
    assertThat(addPartitions(3, id, 0, "t", 0, 1)).containsExactly(Errors.NONE, Errors.NONE);
    assertThat(produce(11, TX, records(id, 0, 0))).isEqualTo(Errors.NONE);
  }

  @ParameterizedTest
  @CsvSource({"9,INVALID_TXN_STATE", "10,INVALID_TXN_STATE", "11,TRANSACTION_ABORTABLE", "12,NONE"})
  void whatHasNotJoinedJoinsOrIsRefused(int version, Errors expected) throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();

    assertThat(produce(version, TX, records(id, 0, 0))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"3,INVALID_TXN_STATE", "4,TRANSACTION_ABORTABLE", "5,NONE"})
  void aGroupThatHasNotJoinedJoinsOrIsRefused(int version, Errors expected) throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();

    assertThat(commitOffset(version, id, 0)).isEqualTo(expected);
  }

  @Test
  void aBatchAndItsRequestAgreeAboutTheTransaction() throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();
    MemoryRecords plain =
        MemoryRecords.withIdempotentRecords(
            Compression.NONE, id, (short) 0, 0, new SimpleRecord(new byte[1]));

    assertThat(produce(12, null, records(id, 0, 0))).isEqualTo(Errors.INVALID_RECORD);
    assertThat(produce(12, TX, plain)).isEqualTo(Errors.INVALID_RECORD);
    assertThat(
            produce(
                12,
                TX,
                MemoryRecords.withEndTransactionMarker(
                    id, (short) 0, new EndTransactionMarker(ControlRecordType.COMMIT, 0))))
        .isEqualTo(Errors.INVALID_RECORD);
  }

  // ---- ending

  @ParameterizedTest
  @CsvSource({"0,0", "4,0", "5,1"})
  void endsWithTheSameEpochOrTheNext(int version, int epoch) throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();
    addPartitions(3, id, 0, "t", 0);

    EndTxnResponseData answer = endAnswer(version, id, 0, true);

    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
    if (version == LATEST_END) {
      assertThat(answer.producerId()).isEqualTo(id);
      assertThat(answer.producerEpoch()).isEqualTo((short) epoch);
      assertThat(endAnswer(version, id, 0, true)).isEqualTo(answer);
    }
    assertThat(addPartitions(3, id, epoch, "t", 0)).containsExactly(Errors.NONE);
  }

  @Test
  void doesNotEndWhatHasNotBegun() throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();

    assertThat(end(4, id, 0, true)).isEqualTo(Errors.INVALID_TXN_STATE);
    assertThat(end(4, id, 0, false)).isEqualTo(Errors.INVALID_TXN_STATE);
    assertThat(end(5, id, 0, true)).isEqualTo(Errors.INVALID_TXN_STATE);
    assertThat(end(5, id, 0, false)).isEqualTo(Errors.NONE);
  }

  @Test
  void writesTheMarkersThatAdministratorsAskFor() throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();
    produce(12, TX, records(id, 0, 0));
    end(5, id, 0, true);
    produce(12, TX, records(id, 1, 0));

    assertThat(mark("t", id, 0)).as("a marker of old").isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
    assertThat(mark("t", id, 1)).isEqualTo(Errors.NONE);
    assertThat(mark("t", -1, 1)).isEqualTo(Errors.INVALID_REQUEST);
    assertThat(mark("absent", id, 1)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
  }

  private Errors mark(String topic, long id, int epoch) throws Exception {
    WritableTxnMarker marker =
        new WritableTxnMarker()
            .setProducerId(id)
            .setProducerEpoch((short) epoch)
            .setTopics(
                List.of(
                    new WritableTxnMarkerTopic().setName(topic).setPartitionIndexes(List.of(0))));
    return Errors.forCode(
        ask(
                ApiKeys.WRITE_TXN_MARKERS,
                2,
                new WriteTxnMarkersRequestData().setMarkers(List.of(marker)),
                WriteTxnMarkersResponseData.class)
            .markers()
            .get(0)
            .topics()
            .get(0)
            .partitions()
            .get(0)
            .errorCode());
  }

  // ---- looking

  @Test
  void listsByStateDurationAndName() throws Exception {
    long id = init(LATEST_INIT, begins()).producerId();
    init(LATEST_INIT, begins().setTransactionalId("idle"));
    addPartitions(3, id, 0, "t", 0);

    assertThat(list(0, new ListTransactionsRequestData())).containsExactlyInAnyOrder(TX, "idle");
    assertThat(list(2, new ListTransactionsRequestData().setStateFilters(List.of("Ongoing"))))
        .containsExactly(TX);
    assertThat(list(2, new ListTransactionsRequestData().setProducerIdFilters(List.of(id))))
        .containsExactly(TX);
    assertThat(list(2, new ListTransactionsRequestData().setDurationFilter(600_000))).isEmpty();
    assertThat(list(2, new ListTransactionsRequestData().setTransactionalIdPattern("id.*")))
        .containsExactly("idle");
  }

  private List<String> list(int version, ListTransactionsRequestData data) throws Exception {
    return listAnswer(version, data).transactionStates().stream()
        .map(ListTransactionsResponseData.TransactionState::transactionalId)
        .toList();
  }

  private ListTransactionsResponseData listAnswer(int version, ListTransactionsRequestData data)
      throws Exception {
    return ask(ApiKeys.LIST_TRANSACTIONS, version, data, ListTransactionsResponseData.class);
  }

  @Test
  void saysWhichStatesThereAreNot() throws Exception {
    ListTransactionsResponseData answer =
        listAnswer(2, new ListTransactionsRequestData().setStateFilters(List.of("Odd")));

    assertThat(answer.unknownStateFilters()).containsExactly("Odd");
    assertThat(answer.transactionStates()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"(", "x*x*x*x*x*x*x*x*y"})
  void refusesPatternsThatAreNoneOrTakeAges(String pattern) throws Exception {
    init(LATEST_INIT, begins().setTransactionalId("a".repeat(60) + "x".repeat(60)));
    init(LATEST_INIT, begins().setTransactionalId("a".repeat(60)));
    init(LATEST_INIT, begins().setTransactionalId("x".repeat(60)));

    ListTransactionsResponseData answer =
        listAnswer(2, new ListTransactionsRequestData().setTransactionalIdPattern(pattern));

    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION);
  }
}
