package io.millrace.server.cursor;

import io.millrace.log.Log;
import io.millrace.log.LogId;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** How the cursors of one shard reach the logs they stand over. The shard's thread. */
public interface CursorLogs {

  /** Hears of one log. Called on the shard's thread. */
  interface Listener {

    /** The log can be read; again after it had failed. */
    void onOpen(Log log);

    /**
     * More is durable; perhaps only for an open transaction, which holds the last stable offset.
     *
     * @param stableOffset records below are durable, and it is decided whether they count
     */
    void onAdvance(long stableOffset);

    /** The topic is gone for ever. */
    void onDeleted();
  }

  /** Opens a log, now or later, and tells the listener until it is closed. */
  void open(LogId id, Listener listener);

  /** Tells the listener nothing more. */
  void close(LogId id, Listener listener);

  /** Gives the last stable offset: the end of what consumers can have been given. */
  void findEnd(LogId id, LongConsumer end, Consumer<RuntimeException> fail);

  /**
   * Keeps retention from deleting records.
   *
   * @param floor records from there on are needed
   * @return takes the hold back
   */
  Runnable hold(LogId id, LongSupplier floor);

  /** Whether the topic exists. */
  boolean exists(LogId id);

  /** The partition's name, for people. */
  String nameOf(LogId id);

  /** Deliveries in vain after which a message goes to the dead letters; 0 or less for no limit. */
  int maxDeliveryAttempts(LogId id);

  /** Where reads that wait for a disk and decompression run. */
  Executor blocking();
}
