package io.millrace.server.door.admin.message;

import io.millrace.batch.Codec;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.server.door.admin.model.Message;
import io.millrace.server.door.admin.model.MessagePage;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.RecordChunk;
import io.millrace.server.partition.Decompression;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Looks into a partition without consuming anything. Shows what a Kafka client that reads committed
 * records sees, and so a JMS consumer too: nothing of an open transaction or behind its first
 * record, nothing of an aborted one, and no control batches. Any thread; unpacking happens on the
 * executor.
 */
public final class MessageBrowser {
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final int MAX_CHUNKS = 64;

  /** A batch of more is not decompressed only to be looked at. */
  private static final int MAX_UNPACKED_BYTES = 64 << 20;

  private final AdminBroker broker;
  private final Executor executor;

  public MessageBrowser(AdminBroker broker, Executor executor) {
    this.broker = broker;
    this.executor = executor;
  }

  /**
   * The messages from an offset on. May be fewer than asked for although more follow: {@code
   * nextOffset} says where to go on.
   *
   * @param limit how many at most
   * @param bodyLimit how many bytes of each body are shown
   */
  public CompletionStage<MessagePage> page(
      String name, int partition, long offset, int limit, int bodyLimit) {
    return more(new Page(name, partition, offset, limit, bodyLimit), 1);
  }

  private CompletionStage<MessagePage> more(Page page, int chunk) {
    return broker
        .read(page.name, page.partition, page.next, CHUNK_BYTES)
        .thenComposeAsync(
            read -> {
              boolean progressed = page.take(read);
              return !progressed || page.isFull() || chunk == MAX_CHUNKS
                  ? CompletableFuture.completedFuture(page.done(read))
                  : more(page, chunk + 1);
            },
            executor);
  }

  /** A page being filled; one thread at a time. */
  private static final class Page {
    private final String name;
    private final int partition;
    private final int limit;
    private final int bodyLimit;
    private final List<Message> messages = new ArrayList<>();
    private long next;

    Page(String name, int partition, long offset, int limit, int bodyLimit) {
      this.name = name;
      this.partition = partition;
      this.next = offset;
      this.limit = limit;
      this.bodyLimit = bodyLimit;
    }

    boolean isFull() {
      return messages.size() >= limit;
    }

    /** Whether there was anything. */
    boolean take(RecordChunk chunk) {
      next = Math.min(Math.max(next, chunk.startOffset()), chunk.endOffset());
      long before = next;
      RecordBatchView batch = new RecordBatchView();
      for (boolean found = batch.first(chunk.batches()); found && !isFull(); found = batch.next()) {
        if (!batch.isControl() && !chunk.aborted().contains(batch)) {
          takeRecords(chunk.topicId(), batch);
        }
        if (!isFull()) {
          next = Math.max(next, batch.nextOffset());
        }
      }
      return next > before;
    }

    private void takeRecords(UUID topicId, RecordBatchView batch) {
      RecordIterator records = records(batch);
      while (!isFull() && records.next()) {
        RecordView record = records.record();
        if (record.offset() >= next) {
          messages.add(StoredMessages.message(topicId, partition, record, bodyLimit));
          next = record.offset() + 1;
        }
      }
    }

    private static RecordIterator records(RecordBatchView batch) {
      RecordIterator records = new RecordIterator();
      return batch.codec() == Codec.NONE
          ? records.over(batch)
          : records.over(batch, Decompression.records(batch, MAX_UNPACKED_BYTES));
    }

    MessagePage done(RecordChunk last) {
      return new MessagePage(
          partition, last.startOffset(), last.endOffset(), next, List.copyOf(messages));
    }
  }
}
