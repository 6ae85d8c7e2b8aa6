package io.millrace.server.group;

import io.millrace.server.shard.Reply;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** Answers that carry nothing but an error. */
final class GroupReplies {
  private static final int NO_GENERATION = -1;

  private GroupReplies() {}

  static JoinGroupResponseData join(String memberId, Errors error) {
    return new JoinGroupResponseData()
        .setErrorCode(error.code())
        .setMemberId(memberId)
        .setGenerationId(NO_GENERATION)
        .setProtocolName("")
        .setLeader("");
  }

  static SyncGroupResponseData sync(Errors error) {
    return new SyncGroupResponseData()
        .setErrorCode(error.code())
        .setAssignment(Opaque.EMPTY.bytes());
  }

  /** Refuses what waits, if anything does. */
  static void refuseJoin(
      @Nullable Reply<JoinGroupResponseData> reply, String memberId, Errors error) {
    if (reply != null) {
      reply.ok(join(memberId, error));
    }
  }

  static void refuseSync(@Nullable Reply<SyncGroupResponseData> reply, Errors error) {
    if (reply != null) {
      reply.ok(sync(error));
    }
  }
}
