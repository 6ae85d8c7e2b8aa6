package io.millrace.server.door.jms;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.races.FakeChannel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An {@link Outbox} that is full while the event loop empties it: every frame leaves, and whoever
 * was told that it is full is told of room.
 */
@JCStressTest
@State
@Outcome(id = "3, 0, 1", expect = ACCEPTABLE, desc = "All have left, and there is room again.")
@Outcome(expect = FORBIDDEN, desc = "A frame lies there, or nobody was told of room.")
public class OutboxOrders {
  private static final int FRAME_BYTES = FrameEncoder.sizeOf(new Done(0));

  /** Of the event loop, while frames come. */
  private static final int TURNS = 100;

  private int left;
  private boolean stopped;
  private boolean roomed;
  private final FakeChannel channel = new FakeChannel();
  private final Outbox outbox =
      new Outbox(channel.channel(), FRAME_BYTES, () -> roomed = true, bytes -> left++);

  public OutboxOrders() {
    outbox.add(1, new Done(1), 1);
  }

  @Actor
  public void shard() {
    stopped = !outbox.add(1, new Done(2), 1);
    stopped |= !outbox.add(1, new Done(3), 1);
  }

  @Actor
  public void eventLoop() {
    for (int i = 0; i < TURNS && left < 3; i++) {
      channel.runTasks();
    }
  }

  @Arbiter
  public void end(III_Result seen) {
    channel.runTasks();
    seen.r1 = left;
    seen.r2 = outbox.isFull() ? 1 : 0;
    seen.r3 = stopped == roomed ? 1 : 0;
  }
}
