package io.millrace.server.producer;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.server.partition.RecordRules;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A transactional producer that does what a test says. One thread. */
final class TestProducer {
  static final int TIMEOUT_MS = 60_000;

  private final SteppedServer server;
  private final String transactionalId;
  private final boolean version2;
  private final Map<LogId, Integer> sequences = new HashMap<>();
  private ProducerIdentity identity = new ProducerIdentity(-1, (short) -1);

  /**
   * @param version2 whether partitions join with what is written, and each end gives another epoch
   */
  TestProducer(SteppedServer server, String transactionalId, boolean version2) {
    this.server = server;
    this.transactionalId = transactionalId;
    this.version2 = version2;
  }

  ProducerIdentity identity() {
    return identity;
  }

  ProducerKey key() {
    return new ProducerKey(transactionalId, identity);
  }

  private ProducerCoordinator coordinator() {
    return server.broker().producers();
  }

  TestProducer init() {
    Answer<ProducerIdentity> answer = beginInit();
    server.settle();
    became(answer.get());
    return this;
  }

  Answer<ProducerIdentity> beginInit() {
    return server.begin(
        reply -> coordinator().init(new InitProducer(transactionalId, TIMEOUT_MS, null), reply));
  }

  void became(ProducerIdentity next) {
    if (!next.equals(identity)) {
      sequences.clear();
    }
    identity = next;
  }

  /** Adds a partition, as clients of version 1 do. */
  Answer<Void> join(LogId partition) {
    return server.begin(reply -> coordinator().joinPartitions(key(), List.of(partition), reply));
  }

  Answer<Void> joinGroup(String group) {
    return server.begin(reply -> coordinator().joinGroup(key(), group, reply));
  }

  /** Sends, and waits for the answer. */
  void send(LogId partition, String value) {
    if (!version2) {
      join(partition);
    }
    Answer<AppendResult> answer = beginSend(partition, value);
    server.settle();
    answer.get();
  }

  Answer<AppendResult> beginSend(LogId partition, String value) {
    int sequence = sequences.merge(partition, 1, Integer::sum) - 1;
    ByteBuffer batch = batch(sequence, value);
    return server.begin(
        reply ->
            server
                .broker()
                .produceTransactional(
                    partition, batch, RecordRules.ANY, transactionalId, version2, reply));
  }

  private ByteBuffer batch(int sequence, String value) {
    BatchBuilder builder =
        new BatchBuilder(256)
            .setProducer(identity.producerId(), identity.epoch(), sequence)
            .setTransactional(true);
    builder.append(
        server.agents().clock().wallMs(),
        null,
        ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    return builder.take();
  }

  void commit() {
    end(true);
  }

  void abort() {
    end(false);
  }

  private void end(boolean commit) {
    Answer<ProducerIdentity> answer = beginEnd(commit);
    server.settle();
    became(answer.get());
  }

  Answer<ProducerIdentity> beginEnd(boolean commit) {
    return server.begin(reply -> coordinator().end(key(), commit, version2, reply));
  }
}
