package io.millrace.server.group;

import io.millrace.log.LogId;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of a share group, as it is kept (KIP-932). Immutable.
 *
 * @param id chosen by the client
 * @param rackId where the client says that it is; nothing depends on it
 * @param interest the topics that it names
 * @param epoch of the assignment that it was told last; 0 before the first
 * @param previousEpoch the one before, with which it asks when an answer was lost
 * @param assigned what it may take records from; others may, too
 */
record ShareMember(
    String id,
    @Nullable String rackId,
    String clientId,
    String clientHost,
    Interest interest,
    int epoch,
    int previousEpoch,
    Set<LogId> assigned) {
  private static final int BYTES_PER_MEMBER = 80;

  ShareMember {
    assigned = PartitionSets.of(assigned);
  }

  /** Somebody who has not yet been given anything. */
  static ShareMember joining(String id) {
    return new ShareMember(id, null, "", "", interest(Set.of()), 0, 0, Set.of());
  }

  static Interest interest(Collection<String> topics) {
    return new Interest(List.copyOf(topics), null, null);
  }

  /** About how many bytes what its client says of itself takes in a record. */
  long saidBytes() {
    return (long) BYTES_PER_MEMBER
        + id.length()
        + clientId.length()
        + clientHost.length()
        + (rackId == null ? 0 : rackId.length())
        + interest.bytes();
  }

  /** The same with what the client says of itself now. */
  ShareMember said(@Nullable String rack, String client, String host, Interest wanted) {
    if (Objects.equals(rack, rackId)
        && client.equals(clientId)
        && host.equals(clientHost)
        && wanted.equals(interest)) {
      return this;
    }
    return new ShareMember(id, rack, client, host, wanted, epoch, previousEpoch, assigned);
  }

  /** The same, told of another assignment; the epoch that it leaves is remembered. */
  ShareMember told(int newEpoch, Set<LogId> has) {
    if (newEpoch == epoch && has.equals(assigned)) {
      return this;
    }
    return new ShareMember(
        id,
        rackId,
        clientId,
        clientHost,
        interest,
        newEpoch,
        newEpoch == epoch ? previousEpoch : epoch,
        has);
  }
}
