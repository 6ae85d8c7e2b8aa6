package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData.DeleteShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** What administrators ask of share groups (KIP-932). The shard's thread. */
final class ShareAdmin {
  private static final long NO_OFFSET = -1;

  private final Shard<?> shard;
  private final CatalogView catalog;
  private final ShareCursors cursors;
  private final SharePartitions partitions;

  ShareAdmin(
      Shard<?> shard, CatalogView catalog, ShareCursors cursors, SharePartitions partitions) {
    this.shard = shard;
    this.catalog = catalog;
    this.cursors = cursors;
    this.partitions = partitions;
  }

  // ---- the group

  /** Deletes a share group that has no members, with its cursors. */
  void delete(Group group, Reply<Errors> reply) {
    if (group.hasMembers()) {
      reply.ok(Errors.NON_EMPTY_GROUP);
    } else if (partitions.isChanging(group)) {
      reply.ok(Errors.COORDINATOR_LOAD_IN_PROGRESS);
    } else if (group.share().partitions().isEmpty()) {
      deleted(group, reply);
    } else {
      partitions.remove(
          group,
          group.share().partitions(),
          failed -> {
            if (group.hasMembers()) {
              // Somebody has come meanwhile; there will be new cursors.
              reply.ok(Errors.NON_EMPTY_GROUP);
            } else if (!failed.isEmpty()) {
              reply.ok(Errors.COORDINATOR_NOT_AVAILABLE);
            } else {
              deleted(group, reply);
            }
          },
          reply);
    }
  }

  private void deleted(Group group, Reply<Errors> reply) {
    group.cancelTimers();
    shard.record(new GroupDeletedRecord(group.id()));
    shard.whenDurable(reply, Errors.NONE);
  }

  // ---- where it is

  /** Where a share group is in the partitions asked for, or in all that it has read. */
  void describe(
      Group group,
      DescribeShareGroupOffsetsRequestGroup asked,
      Reply<DescribeShareGroupOffsetsResponseGroup> reply) {
    DescribeShareGroupOffsetsResponseGroup answer =
        new DescribeShareGroupOffsetsResponseGroup().setGroupId(group.id());
    Map<LogId, DescribeShareGroupOffsetsResponsePartition> found = new LinkedHashMap<>();
    List<DescribeShareGroupOffsetsRequestTopic> topics = asked.topics();
    if (topics == null) {
      PartitionSets.byTopic(group.share().partitions())
          .forEach(
              (id, indexes) -> {
                Topic topic = catalog.find(id);
                if (topic != null) {
                  answer.topics().add(describe(group.share(), topic.name(), indexes, found));
                }
              });
    } else {
      topics.forEach(
          topic ->
              answer
                  .topics()
                  .add(describe(group.share(), topic.topicName(), topic.partitions(), found)));
    }
    Gather gather = new Gather(found.size(), () -> reply.ok(answer), reply::fail);
    found.forEach(
        (partition, place) ->
            cursors.position(
                group.id(),
                partition,
                new Reply<Optional<ShareCursors.Position>>() {
                  @Override
                  public void ok(Optional<ShareCursors.Position> position) {
                    position.ifPresent(
                        there -> place.setStartOffset(there.start()).setLag(there.lag()));
                    gather.oneDone();
                  }

                  @Override
                  public void fail(RuntimeException error) {
                    place.setErrorCode(errorOf(error).code()).setErrorMessage(error.getMessage());
                    gather.oneDone();
                  }
                }));
  }

  private DescribeShareGroupOffsetsResponseTopic describe(
      ShareGroup share,
      String name,
      List<Integer> indexes,
      Map<LogId, DescribeShareGroupOffsetsResponsePartition> found) {
    Topic topic = catalog.find(name);
    DescribeShareGroupOffsetsResponseTopic answer =
        new DescribeShareGroupOffsetsResponseTopic().setTopicName(name);
    if (topic != null) {
      answer.setTopicId(PartitionSets.toKafka(topic.id()));
    }
    for (int index : new LinkedHashSet<>(indexes)) {
      DescribeShareGroupOffsetsResponsePartition place =
          new DescribeShareGroupOffsetsResponsePartition()
              .setPartitionIndex(index)
              .setStartOffset(NO_OFFSET)
              .setLag(NO_OFFSET);
      answer.partitions().add(place);
      if (topic == null || !topic.hasPartition(index)) {
        place
            .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code())
            .setErrorMessage(Errors.UNKNOWN_TOPIC_OR_PARTITION.message());
      } else if (share.isReady(topic.partition(index))) {
        found.put(topic.partition(index), place);
      }
    }
    return answer;
  }

  // ---- where it is to be

  /** Puts an empty share group to other offsets. */
  void alter(
      Group group,
      AlterShareGroupOffsetsRequestData data,
      Reply<AlterShareGroupOffsetsResponseData> reply) {
    AlterShareGroupOffsetsResponseData answer = new AlterShareGroupOffsetsResponseData();
    Errors refused = refusal(group);
    if (refused != Errors.NONE) {
      reply.ok(answer.setErrorCode(refused.code()).setErrorMessage(why(refused, group)));
      return;
    }
    Map<LogId, Long> offsets = new LinkedHashMap<>();
    Map<LogId, AlterShareGroupOffsetsResponsePartition> places = new LinkedHashMap<>();
    data.topics()
        .forEach(
            each -> {
              Topic topic = catalog.find(each.topicName());
              AlterShareGroupOffsetsResponseTopic answered =
                  element().setTopicName(each.topicName());
              if (topic != null) {
                answered.setTopicId(PartitionSets.toKafka(topic.id()));
              }
              answer.responses().add(answered);
              each.partitions()
                  .forEach(
                      partition -> {
                        AlterShareGroupOffsetsResponsePartition place =
                            new AlterShareGroupOffsetsResponsePartition()
                                .setPartitionIndex(partition.partitionIndex());
                        answered.partitions().add(place);
                        if (topic == null || !topic.hasPartition(partition.partitionIndex())) {
                          fail(place, Errors.UNKNOWN_TOPIC_OR_PARTITION, null);
                        } else if (partition.startOffset() < 0) {
                          fail(place, Errors.INVALID_REQUEST, "Offsets are not negative.");
                        } else {
                          LogId id = topic.partition(partition.partitionIndex());
                          offsets.put(id, partition.startOffset());
                          places.put(id, place);
                        }
                      });
            });
    if (offsets.isEmpty()) {
      reply.ok(answer);
      return;
    }
    partitions.move(
        group,
        offsets,
        failed -> {
          failed.forEach(
              (id, error) -> {
                AlterShareGroupOffsetsResponsePartition place = places.get(id);
                if (place != null) {
                  fail(place, errorOf(error), error.getMessage());
                }
              });
          shard.whenDurable(reply, answer);
        },
        reply);
  }

  /** Its hash code is its own: names of equal hash codes would make the answer slow. */
  private static AlterShareGroupOffsetsResponseTopic element() {
    return new AlterShareGroupOffsetsResponseTopic() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  private static void fail(
      AlterShareGroupOffsetsResponsePartition place, Errors error, @Nullable String why) {
    place.setErrorCode(error.code()).setErrorMessage(why == null ? error.message() : why);
  }

  /** Forgets where an empty share group is in topics. */
  void deleteOffsets(
      Group group,
      DeleteShareGroupOffsetsRequestData data,
      Reply<DeleteShareGroupOffsetsResponseData> reply) {
    DeleteShareGroupOffsetsResponseData answer = new DeleteShareGroupOffsetsResponseData();
    Errors refused = refusal(group);
    if (refused != Errors.NONE) {
      reply.ok(answer.setErrorCode(refused.code()).setErrorMessage(why(refused, group)));
      return;
    }
    Map<LogId, DeleteShareGroupOffsetsResponseTopic> places = new LinkedHashMap<>();
    Set<LogId> known = group.share().partitions();
    Set<String> names = new LinkedHashSet<>();
    data.topics().forEach(each -> names.add(each.topicName()));
    for (String name : names) {
      Topic topic = catalog.find(name);
      DeleteShareGroupOffsetsResponseTopic place =
          new DeleteShareGroupOffsetsResponseTopic().setTopicName(name);
      answer.responses().add(place);
      int before = places.size();
      if (topic != null) {
        place.setTopicId(PartitionSets.toKafka(topic.id()));
        known.stream()
            .filter(partition -> partition.group().equals(topic.id()))
            .forEach(partition -> places.put(partition, place));
      }
      if (places.size() == before) {
        place
            .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code())
            .setErrorMessage(
                topic == null
                    ? Errors.UNKNOWN_TOPIC_OR_PARTITION.message()
                    : "The group has no offsets in it.");
      }
    }
    if (places.isEmpty()) {
      reply.ok(answer);
      return;
    }
    partitions.remove(
        group,
        new ArrayList<>(places.keySet()),
        failed -> {
          failed.forEach(
              (id, error) -> {
                DeleteShareGroupOffsetsResponseTopic place = places.get(id);
                if (place != null) {
                  place.setErrorCode(errorOf(error).code()).setErrorMessage(error.getMessage());
                }
              });
          shard.whenDurable(reply, answer);
        },
        reply);
  }

  private Errors refusal(Group group) {
    if (group.hasMembers()) {
      return Errors.NON_EMPTY_GROUP;
    }
    return partitions.isChanging(group) ? Errors.COORDINATOR_LOAD_IN_PROGRESS : Errors.NONE;
  }

  private static String why(Errors refused, Group group) {
    return refused == Errors.NON_EMPTY_GROUP
        ? "Group " + group.id() + " has members."
        : "Cursors of group " + group.id() + " are being changed.";
  }

  private static Errors errorOf(RuntimeException error) {
    if (error instanceof CatalogException) {
      return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }
    return error instanceof ShareOffsetException refused
        ? refused.error()
        : Errors.COORDINATOR_NOT_AVAILABLE;
  }
}
