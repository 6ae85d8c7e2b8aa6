package io.millrace.server.door.kafka.share;

import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.requests.ShareRequestMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a member of a share group reads, and where it may hold records. Used on the connection's
 * event loop only.
 */
public final class ShareSession {

  /** Who it belongs to. */
  record Key(String groupId, String memberId) {}

  /** A partition of the session: it is read, or something of it may be held, or both. */
  private static final class Known {
    private boolean read;
    private @Nullable CursorKey cursor;
  }

  private final Key key;
  private final ConsumerKey consumer;
  private final Map<SharePartition, Known> partitions = new LinkedHashMap<>();
  private int nextEpoch = ShareRequestMetadata.nextEpoch(ShareRequestMetadata.INITIAL_EPOCH);

  private boolean over;

  ShareSession(Key key, ConsumerKey consumer) {
    this.key = key;
    this.consumer = consumer;
  }

  Key key() {
    return key;
  }

  public String groupId() {
    return key.groupId();
  }

  /** Names the session where its records are held. */
  public ConsumerKey consumer() {
    return consumer;
  }

  int nextEpoch() {
    return nextEpoch;
  }

  void advance() {
    nextEpoch = ShareRequestMetadata.nextEpoch(nextEpoch);
  }

  /** Its member is given nothing more. */
  void end() {
    over = true;
  }

  /** Whether it has ended: what is under way for it takes no more records. */
  public boolean isOver() {
    return over;
  }

  int size() {
    return partitions.size();
  }

  /** How many partitions it would have with these. */
  int sizeWith(Collection<SharePartition> more) {
    return partitions.size()
        + (int) more.stream().distinct().filter(one -> !partitions.containsKey(one)).count();
  }

  void add(Collection<SharePartition> more) {
    more.forEach(one -> partitions.computeIfAbsent(one, partition -> new Known()).read = true);
  }

  /** Reads these no more; what is held of them stays so. */
  void forget(Collection<SharePartition> forgotten) {
    for (SharePartition partition : forgotten) {
      Known known = partitions.get(partition);
      if (known != null) {
        known.read = false;
        if (known.cursor == null) {
          partitions.remove(partition);
        }
      }
    }
  }

  /** What is read, in the order in which it shall be. */
  public List<SharePartition> targets() {
    List<SharePartition> targets = new ArrayList<>();
    partitions.forEach(
        (partition, known) -> {
          if (known.read) {
            targets.add(partition);
          }
        });
    return targets;
  }

  /** The cursor from which the member is given records of a partition; null when it never was. */
  public @Nullable CursorKey cursor(SharePartition partition) {
    Known known = partitions.get(partition);
    return known == null ? null : known.cursor;
  }

  /** The member is given records of a partition from a cursor now. */
  public void join(SharePartition partition, CursorKey cursor) {
    Known known = partitions.get(partition);
    if (known != null) {
      known.cursor = cursor;
    }
  }

  /** A partition gave records: the others come before it, so that all get their turn. */
  public void served(SharePartition partition) {
    Known known = partitions.remove(partition);
    if (known != null) {
      partitions.put(partition, known);
    }
  }

  /** Where the member may hold something. */
  public List<CursorKey> cursors() {
    return partitions.values().stream()
        .map(known -> known.cursor)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }
}
