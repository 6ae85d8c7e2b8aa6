package io.millrace.server.broker;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.BatchFormat;
import io.millrace.batch.HeaderBuffer;
import io.millrace.batch.HeaderView;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.kernel.Clock;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.DeadLetters;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.shard.Reply;
import io.millrace.server.tx.TransactionCoordinator;
import io.millrace.server.tx.TxAck;
import io.millrace.server.tx.TxSend;
import io.millrace.server.tx.TxWork;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/**
 * Moves messages to dead letter queues: one transaction sends the message there and settles it
 * where it came from. It keeps its key, value and headers, but for those that would delay it or let
 * it expire, and gains properties that say where it came from, when, why and after how many
 * deliveries. Any thread.
 */
final class DeadLetterMover implements DeadLetters {
  /** Before the name of the queue that the message came from. */
  private static final String PREFIX = "DLQ.";

  private static final byte[] MESSAGE_ID = utf8("jms.MessageID");
  private static final byte[] EXPIRATION = utf8("jms.Expiration");
  private static final byte[] DELIVERY_TIME = utf8("jms.DeliveryTime");
  private static final byte[] FROM = utf8("jms.p.S.JMS_Millrace_DeadLetterFrom");
  private static final byte[] OFFSET = utf8("jms.p.S.JMS_Millrace_DeadLetterPosition");
  private static final byte[] REASON = utf8("jms.p.S.JMS_Millrace_DeadLetterReason");
  private static final byte[] TIME = utf8("jms.p.l.JMS_Millrace_DeadLetterTime");
  private static final byte[] ATTEMPTS = utf8("jms.p.i.JMS_Millrace_DeadLetterAttempts");

  /** Of the headers of KIP-1191. */
  private static final byte[] KAFKA_PREFIX = utf8("__dlq.errors.");

  private static final byte[] KAFKA_TOPIC = utf8("__dlq.errors.topic");
  private static final byte[] KAFKA_PARTITION = utf8("__dlq.errors.partition");
  private static final byte[] KAFKA_OFFSET = utf8("__dlq.errors.offset");
  private static final byte[] KAFKA_GROUP = utf8("__dlq.errors.group");
  private static final byte[] KAFKA_DELIVERY_COUNT = utf8("__dlq.errors.delivery.count");
  private static final byte[] KAFKA_MESSAGE = utf8("__dlq.errors.message");

  private final Broker broker;
  private final CatalogView catalog;
  private final TransactionCoordinator transactions;
  private final Clock clock;

  DeadLetterMover(
      Broker broker, CatalogView catalog, TransactionCoordinator transactions, Clock clock) {
    this.broker = broker;
    this.catalog = catalog;
    this.transactions = transactions;
    this.clock = clock;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void move(DeadLetter letter, Reply<Void> reply) {
    Topic source = catalog.find(letter.cursor().topicId());
    if (source == null) {
      reply.fail(CatalogException.unknownTopic(letter.cursor().topicId()));
      return;
    }
    ShareTarget share = letter.share();
    broker.ensureTopic(
        share == null ? TopicSpec.queue(targetOf(source)) : TopicSpec.topic(share.topic()),
        new Reply<>() {
          @Override
          public void ok(Topic target) {
            transactions.commit(work(letter, source, target), false, reply);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  private String targetOf(Topic source) {
    String configured = catalog.configs().value(source, TopicConfigKeys.DEAD_LETTER_QUEUE);
    if (!configured.isEmpty()) {
      return configured;
    }
    // What fails even as a dead letter goes to the end of its queue.
    return source.name().startsWith(PREFIX) ? source.name() : PREFIX + source.name();
  }

  private TxWork work(DeadLetter letter, Topic source, Topic target) {
    return new TxWork(
        null,
        List.of(
            new TxSend(
                target.partition(partitionOf(letter, target)), batch(letter, source, target))),
        List.of(
            new TxAck(
                letter.cursor(), null, List.of(new OffsetRun(letter.offset(), letter.offset())))));
  }

  /** A queue's go to the first partition, a share group's where those beside them go, too. */
  private static int partitionOf(DeadLetter letter, Topic target) {
    return letter.share() == null ? 0 : letter.cursor().partition() % target.partitions();
  }

  private ByteBuffer batch(DeadLetter letter, Topic source, Topic target) {
    RecordView record = recordOf(letter);
    HeaderBuffer headers = new HeaderBuffer();
    HeaderView before = new HeaderView().over(record);
    boolean hasId = false;
    while (before.next()) {
      hasId |= before.keyEquals(MESSAGE_ID);
      if (before.keyEquals(EXPIRATION) || before.keyEquals(DELIVERY_TIME) || isOurs(before)) {
        continue;
      }
      ByteBuffer value = before.value();
      byte[] key = utf8(before.key());
      if (value == null) {
        headers.add(key, (byte[]) null);
      } else {
        headers.add(key, value);
      }
    }
    ShareTarget share = letter.share();
    if (share == null) {
      describe(headers, letter, source, hasId);
    } else {
      describe(headers, letter, source, share);
    }
    BatchBuilder builder = new BatchBuilder(record.sizeInBytes() + 512);
    ByteBuffer key = record.key();
    if (key == null && catalog.configs().isCompacted(target)) {
      // There is none without; each dead letter is one of its own.
      key = ByteBuffer.wrap(utf8(idOf(letter)));
    }
    builder.append(record.timestamp(), key, record.value(), headers);
    return builder.take();
  }

  /** What KIP-1191 says of a dead letter of a share group. */
  private static void describe(
      HeaderBuffer headers, DeadLetter letter, Topic source, ShareTarget share) {
    headers.add(KAFKA_TOPIC, utf8(source.name()));
    headers.add(KAFKA_PARTITION, utf8(Integer.toString(letter.cursor().partition())));
    headers.add(KAFKA_OFFSET, utf8(Long.toString(letter.offset())));
    headers.add(KAFKA_GROUP, utf8(share.groupId()));
    headers.add(KAFKA_DELIVERY_COUNT, utf8(Integer.toString(letter.attempts())));
    headers.add(KAFKA_MESSAGE, utf8(reasonOf(letter.reason())));
  }

  private void describe(HeaderBuffer headers, DeadLetter letter, Topic source, boolean hasId) {
    if (!hasId) {
      headers.add(MESSAGE_ID, utf8(idOf(letter)));
    }
    headers.add(FROM, utf8((source.kind().isQueue() ? "queue:" : "topic:") + source.name()));
    headers.add(OFFSET, utf8(letter.cursor().partition() + ":" + letter.offset()));
    headers.add(REASON, utf8(reasonOf(letter.reason())));
    headers.add(TIME, utf8(Long.toString(clock.wallMs())));
    headers.add(ATTEMPTS, utf8(Integer.toString(letter.attempts())));
  }

  /** The id that a message without a header for it has from its place. */
  private static String idOf(DeadLetter letter) {
    UUID topic = letter.cursor().topicId();
    return "ID:"
        + new Uuid(topic.getMostSignificantBits(), topic.getLeastSignificantBits())
        + ":"
        + letter.cursor().partition()
        + ":"
        + letter.offset();
  }

  /** A message that was a dead letter before says only why it is one now. */
  private static boolean isOurs(HeaderView header) {
    return header.keyEquals(FROM)
        || header.keyEquals(OFFSET)
        || header.keyEquals(REASON)
        || header.keyEquals(TIME)
        || header.keyEquals(ATTEMPTS)
        || header.keyStartsWith(KAFKA_PREFIX);
  }

  private static String reasonOf(Reason reason) {
    return switch (reason) {
      case MAX_DELIVERY_ATTEMPTS -> "max-delivery-attempts";
      case REJECTED -> "rejected";
    };
  }

  /** Walks a record that was taken out of its batch, by putting a header before it. */
  private static RecordView recordOf(DeadLetter letter) {
    ByteBuffer bytes = letter.record();
    ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_BYTES);
    header.putInt(BatchFormat.BATCH_LENGTH, BatchFormat.HEADER_BYTES - BatchFormat.LENGTH_OVERHEAD);
    header.put(BatchFormat.MAGIC, BatchFormat.CURRENT_MAGIC);
    header.putInt(BatchFormat.LAST_OFFSET_DELTA, Integer.MAX_VALUE);
    header.putLong(BatchFormat.BASE_TIMESTAMP, letter.baseTimestamp());
    header.putInt(BatchFormat.RECORD_COUNT, 1);
    RecordIterator records =
        new RecordIterator().over(new RecordBatchView().wrap(header, 0), bytes.duplicate());
    if (!records.next()) {
      throw new IllegalStateException("a dead letter has no record: " + letter);
    }
    return records.record();
  }
}
