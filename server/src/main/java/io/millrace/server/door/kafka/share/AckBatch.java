package io.millrace.server.door.kafka.share;

import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.cursor.ShareAck;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/**
 * What a request says of consecutive offsets.
 *
 * @param first the first offset
 * @param last the last offset, inclusive
 * @param types a type for each, or one for all
 */
public record AckBatch(long first, long last, List<Byte> types) {
  private static final ShareAck.Kind[] KINDS = {
    ShareAck.Kind.GAP,
    ShareAck.Kind.ACCEPT,
    ShareAck.Kind.RELEASE,
    ShareAck.Kind.REJECT,
    ShareAck.Kind.RENEW
  };

  /**
   * What batches of one partition say.
   *
   * @param room how many consecutive offsets with like types there may be
   * @param mayRenew whether {@link ShareAck.Kind#RENEW} is allowed
   * @throws org.apache.kafka.common.errors.InvalidRequestException they are not in ascending order,
   *     overlap, have no or too few or too many types, or one that does not exist, or there is no
   *     room for them
   */
  public static List<ShareAck> read(List<AckBatch> batches, int room, boolean mayRenew) {
    List<ShareAck> acks = new ArrayList<>();
    long before = -1;
    for (AckBatch batch : batches) {
      if (batch.first <= before || batch.last < batch.first) {
        throw Errors.INVALID_REQUEST.exception("acknowledged offsets are not in ascending order");
      }
      before = batch.last;
      batch.read(room, mayRenew, acks);
    }
    return acks;
  }

  private void read(int room, boolean mayRenew, List<ShareAck> acks) {
    int count = types.size();
    if (count == 1) {
      add(new OffsetRun(first, last), kind(types.get(0), mayRenew), room, acks);
      return;
    }
    if (count == 0 || last - first != count - 1L) {
      throw Errors.INVALID_REQUEST.exception(
          "offsets " + first + " to " + last + " have " + count + " acknowledge types");
    }
    int from = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || !types.get(i).equals(types.get(from))) {
        OffsetRun run = new OffsetRun(first + from, first + i - 1);
        add(run, kind(types.get(from), mayRenew), room, acks);
        from = i;
      }
    }
  }

  private static void add(OffsetRun run, ShareAck.Kind kind, int room, List<ShareAck> acks) {
    if (acks.size() >= room) {
      throw Errors.INVALID_REQUEST.exception(
          "one request acknowledges too many runs of offsets: say it in several");
    }
    acks.add(new ShareAck(run, kind));
  }

  private static ShareAck.Kind kind(byte type, boolean mayRenew) {
    if (type < 0 || type >= KINDS.length) {
      throw Errors.INVALID_REQUEST.exception("there is no acknowledge type " + type);
    }
    ShareAck.Kind kind = KINDS[type];
    if (kind == ShareAck.Kind.RENEW && !mayRenew) {
      throw Errors.INVALID_REQUEST.exception("locks cannot be renewed here");
    }
    return kind;
  }
}
