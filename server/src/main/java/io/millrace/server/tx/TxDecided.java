package io.millrace.server.tx;

import io.millrace.log.LogId;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction takes place. What it does is applied to the participants until {@link TxApplied}.
 *
 * @param decision names the decision within the shard
 * @param key whose transaction it is; null for the server's own
 * @param sends batches with the sequence that each gets
 * @param acks what is consumed, on other shards; that of this shard is settled beside this record
 */
record TxDecided(long decision, @Nullable TxKey key, List<Send> sends, List<Ack> acks)
    implements StateRecord {
  static final RecordType TYPE = new RecordType(90, "transaction-decided", 1, TxDecided::read);

  /**
   * A batch to be appended.
   *
   * @param sequence of its first record
   */
  record Send(LogId log, int sequence, ByteBuffer batch) {}

  /** Messages to be settled. */
  record Ack(CursorKey cursor, List<OffsetRun> runs) {}

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putLong(decision).putInt(key == null ? 0 : 1);
    if (key != null) {
      key.write(out);
    }
    out.putInt(sends.size());
    for (Send send : sends) {
      out.putUuid(send.log.group()).putInt(send.log.index()).putInt(send.sequence);
      out.putBuffer(send.batch);
    }
    out.putInt(acks.size());
    for (Ack ack : acks) {
      ack.cursor.write(out);
      OffsetRun.writeAll(ack.runs, out);
    }
  }

  private static StateRecord read(StateReader in, int version) {
    long decision = in.getLong();
    TxKey key = in.getCount() == 0 ? null : TxKey.read(in);
    List<Send> sends = new ArrayList<>();
    for (int left = in.getCount(); left > 0; left--) {
      LogId log = new LogId(in.getUuid(), in.getInt());
      sends.add(new Send(log, in.getInt(), ByteBuffer.wrap(in.getBytes())));
    }
    List<Ack> acks = new ArrayList<>();
    for (int left = in.getCount(); left > 0; left--) {
      acks.add(new Ack(CursorKey.read(in), OffsetRun.readAll(in)));
    }
    return new TxDecided(decision, key, sends, acks);
  }
}
