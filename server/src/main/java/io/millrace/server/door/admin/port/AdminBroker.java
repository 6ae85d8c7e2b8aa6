package io.millrace.server.door.admin.port;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The broker as the admin door needs it. Safe for use from any thread; nothing here blocks.
 *
 * <p>Stages fail with {@link RefusedException} where the caller can do something about it, and with
 * the store's own exceptions where it cannot.
 */
public interface AdminBroker {

  ServerFacts server();

  /** Every destination, in no order. Cheap enough to be asked once a second. */
  Collection<DestinationStats> destinations();

  Optional<DestinationStats> destination(String name);

  /** Completes when the destination is durable and can be used. */
  CompletionStage<DestinationStats> create(NewDestination destination);

  /** Completes when it is durably gone, with everything in it. */
  CompletionStage<Void> delete(String name);

  /**
   * Appends a batch of records to a partition and completes with the first one's offset when it is
   * durable. The buffer belongs to the broker from then on.
   */
  CompletionStage<Long> append(String name, int partition, ByteBuffer batch);

  /**
   * Reads whole batches below the last stable offset without consuming anything. An offset outside
   * of what can be read is moved to its nearer end.
   *
   * @param maxBytes more than this only when a single batch is larger
   */
  CompletionStage<RecordChunk> read(String name, int partition, long offset, int maxBytes);

  /**
   * Calls back once, soon and from any thread, when the partition's last stable offset is above
   * {@code offset}, or it is gone.
   *
   * @return takes the wish back
   */
  Runnable await(String name, int partition, long offset, Runnable callback);

  /** The consumer groups, in no order. */
  CompletionStage<List<GroupSummary>> groups();

  CompletionStage<GroupDetail> group(String id);

  /** Forgets an empty group and its committed offsets. */
  CompletionStage<Void> deleteGroup(String id);

  /** Who can log in, in no order. */
  Collection<UserSummary> users();

  /** Adds somebody who can log in. Completes when that is durable. */
  CompletionStage<UserSummary> addUser(String name, String password);

  /** Gives a user another password. Completes when that is durable. */
  CompletionStage<UserSummary> setPassword(String name, String password);

  /** From now on the user cannot log in; connections that are open stay so. */
  CompletionStage<Void> deleteUser(String name);
}
