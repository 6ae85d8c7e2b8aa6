package io.millrace.server.campaign;

import io.millrace.log.campaign.Tally;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.cursor.CursorConfig;
import io.millrace.server.group.ConsumerGroupConfig;
import io.millrace.server.group.GroupConfig;
import io.millrace.server.group.ShareGroupConfig;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.Random;

/**
 * One history of a server and its clients, decided by its seed. The clients act a step at a time
 * beside the server's agents; in between the server dies, the disk fills and empties, the wall
 * clock jumps. State logs are swept all the time. In five of eight histories the clients come
 * through the doors.
 */
final class ServerHistory {
  private static final int ACTS = 400;
  private static final int PATIENCE = 2_000;
  private static final int MOST_FREE_BYTES = 60_000;
  private static final long MOST_JUMP_MS = 3_600_000;

  /** Little room everywhere, so that everything fills up, is thrown away and read again. */
  private static final ServerCoreConfig CONFIG =
      ServerCoreConfig.DEFAULT
          .withShard(new ShardConfig(16, 8, 4096, 3, 50))
          .withGroup(
              new GroupConfig(
                  100,
                  10_000,
                  30,
                  100,
                  100,
                  7L * 24 * 3600 * 1000,
                  10_000,
                  ConsumerGroupConfig.DEFAULT,
                  ShareGroupConfig.DEFAULT))
          .withCursor(new CursorConfig(3_000, 200, 500, 100, 8, 4, 1 << 20, 1_000));

  private final long seed;
  private final Random random;
  private final SteppedServer server;
  private final Cast cast;
  private final List<Flow> flows;
  private boolean full;
  private int deaths;
  private int faults;

  ServerHistory(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.server = new SteppedServer(seed, CONFIG);
    this.cast = cast();
    this.flows = cast.flows();
  }

  private Cast cast() {
    return switch ((int) (seed % 8)) {
      case 2 -> DoorCast.sharing(server, random);
      case 1, 5 -> DoorCast.clients(server, random, true);
      case 3, 7 -> DoorCast.clients(server, random, false);
      default -> new CoreCast(server, random);
    };
  }

  /**
   * Lives it.
   *
   * @throws AssertionError with the seed in its message
   */
  Tally run() {
    try {
      for (int act = 0; act < ACTS; act++) {
        flows.get(random.nextInt(flows.size())).act();
        cast.act();
        work();
        fate("seed " + seed + " act " + act);
      }
      end();
      return new Tally(deaths, faults, server.steps());
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    } finally {
      server.agents().kill();
    }
  }

  private void work() {
    if (random.nextInt(4) == 0) {
      server.settle();
    } else {
      for (int steps = random.nextInt(40); steps > 0; steps--) {
        server.step();
      }
    }
    cast.work();
    flows.forEach(Flow::hear);
  }

  private void fate(String where) {
    switch (random.nextInt(60)) {
      case 0 -> die(true, where);
      case 1 -> die(false, where);
      case 2 -> fill();
      case 3, 4, 5 -> empty();
      case 6 -> {
        faults++;
        server.agents().clock().jumpWallMs(random.nextLong(-MOST_JUMP_MS, MOST_JUMP_MS));
      }
      case 7, 8, 9, 10, 11, 12 -> server.pass(random.nextInt(300));
      case 13, 14 -> {
        if (!full && cast.calmDown()) {
          check(where);
        }
      }
      default -> {
        // Nothing happens, mostly.
      }
    }
  }

  private void fill() {
    faults++;
    server.files().setCapacity(server.files().usedBytes() + random.nextInt(MOST_FREE_BYTES));
    full = true;
  }

  private void empty() {
    server.files().setCapacity(Long.MAX_VALUE);
    full = false;
  }

  private void die(boolean powerIsLost, String where) {
    deaths++;
    if (random.nextBoolean()) {
      empty();
    }
    if (powerIsLost) {
      server.crash();
    } else {
      server.kill();
    }
    flows.forEach(Flow::hear);
    cast.comeBack();
    flows.forEach(Flow::comeBack);
    server.settle();
    flows.forEach(Flow::hear);
    check(where);
  }

  private void check(String where) {
    if (!full) {
      flows.forEach(flow -> flow.check(where));
    }
  }

  private void end() {
    empty();
    int rounds = 0;
    boolean finished = false;
    while (!finished) {
      if (rounds++ == PATIENCE) {
        throw new AssertionError("clients wait for ever: " + flows);
      }
      server.pass(100);
      cast.work();
      flows.forEach(Flow::hear);
      finished = true;
      for (Flow flow : flows) {
        finished &= flow.finish();
      }
    }
    check("at the end");
    die(true, "after the end");
  }
}
