package io.millrace.server.producer;

import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Decision;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gives out producer ids. A durable record reserves a thousand at a time; after a restart the rest
 * of a block is not used. The thread of shard 0.
 */
public final class ProducerIds implements StateMachine, Aggregate {
  private static final int BLOCK = 1000;

  /** Ids below the end were reserved. */
  record Reserved(long end) implements StateRecord {
    static final RecordType TYPE = new RecordType(20, "producer-ids", 1, Reserved::read);

    @Override
    public RecordType type() {
      return TYPE;
    }

    @Override
    public void write(StateWriter out) {
      out.putLong(end);
    }

    private static Reserved read(StateReader in, int version) {
      return new Reserved(in.getLong());
    }
  }

  private final Shard<?> shard;
  private long reservedEnd;
  private long next;

  public ProducerIds(Shard<?> shard) {
    this.shard = shard;
  }

  /** An id that was never given before and will never be given again; 0 or more. */
  public void next(Reply<Long> reply) {
    if (next < reservedEnd) {
      long id = next++;
      // Waits for the block's own record, should that not be durable yet.
      shard.decide(() -> Decision.answer(id), reply);
      return;
    }
    long id = reservedEnd;
    shard.decide(() -> Decision.of(new Reserved(id + BLOCK), id), reply);
    next = id + 1;
  }

  @Override
  public List<RecordType> recordTypes() {
    return List.of(Reserved.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    reservedEnd = ((Reserved) record).end();
  }

  @Override
  public void onRecovered() {
    next = reservedEnd;
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return List.of(this);
  }

  @Override
  public boolean live() {
    return reservedEnd > 0;
  }

  @Override
  public void snapshot(Consumer<StateRecord> out) {
    out.accept(new Reserved(reservedEnd));
  }
}
