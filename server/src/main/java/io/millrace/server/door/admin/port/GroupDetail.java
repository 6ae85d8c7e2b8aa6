package io.millrace.server.door.admin.port;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A consumer group with its members and committed offsets. */
public record GroupDetail(
    String id,
    String state,
    String protocolType,
    String protocol,
    List<Member> members,
    List<Position> positions) {

  /** A member and what it was given. */
  public record Member(
      String id,
      @Nullable String instanceId,
      String clientId,
      String host,
      List<PartitionName> assignment) {}

  /** A partition of a topic, by name. */
  public record PartitionName(String topic, int partition) {}

  /**
   * A committed offset.
   *
   * @param endOffset the partition's high watermark, whatever the members' isolation level, as
   *     Kafka's tools have it; -1 when it is gone
   * @param lag records between the two; -1 when it is not known
   */
  public record Position(
      String topic, int partition, long offset, long endOffset, long lag, String metadata) {}
}
