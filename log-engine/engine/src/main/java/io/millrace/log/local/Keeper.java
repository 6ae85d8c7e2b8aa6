package io.millrace.log.local;

import io.millrace.kernel.Agent;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Mailbox;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.journal.JournalFiles;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Keeps house beside the appends: spare journal files, checkpoints, retention, compaction, the
 * files of deleted logs, the space on the disk.
 */
final class Keeper implements Agent {
  private static final int MAIL_LIMIT = 256;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Clock clock;
  private final SpaceWatch space;
  private final JournalFiles journalFiles;
  private final Checkpoints checkpoints;
  private final Retention retention;
  private final Compactions compactions;
  private final Graveyard graveyard;
  private final StoreEvents events;
  private final Runnable wakeJournal;
  private final Mailbox mailbox = new Mailbox();
  private long nextSpareNs;

  Keeper(
      Clock clock,
      SpaceWatch space,
      JournalFiles journalFiles,
      Checkpoints checkpoints,
      Retention retention,
      Compactions compactions,
      Graveyard graveyard,
      StoreEvents events,
      Runnable wakeJournal) {
    this.clock = clock;
    this.space = space;
    this.journalFiles = journalFiles;
    this.checkpoints = checkpoints;
    this.retention = retention;
    this.compactions = compactions;
    this.graveyard = graveyard;
    this.events = events;
    this.wakeJournal = wakeJournal;
    this.nextSpareNs = clock.nanoTime();
  }

  @Override
  public String name() {
    return "millrace-keeper";
  }

  /** Runs something on this agent's thread. The caller signals. Any thread. */
  void post(Runnable message) {
    mailbox.put(message);
  }

  @Override
  public int doWork() {
    int done = mailbox.drain(name(), MAIL_LIMIT);
    if (space.failure() != null) {
      return done;
    }
    space.checkIfDue();
    done += makeSpare();
    done += checkpoints.step();
    done += retention.step();
    done += compactions.step();
    done += graveyard.step();
    return done;
  }

  private int makeSpare() {
    if (!journalFiles.wantsSpare() || clock.nanoTime() - nextSpareNs < 0) {
      return 0;
    }
    try {
      journalFiles.makeSpare();
      wakeJournal.run();
      return 1;
    } catch (NoSpaceException e) {
      space.onNoSpace(e);
      nextSpareNs = clock.nanoTime() + RETRY_NS;
    } catch (IOException e) {
      events.failed(space.onFailure("making a journal file", e));
    }
    return 0;
  }

  @Override
  public long nextDeadlineNs() {
    if (space.failure() != null) {
      return Long.MAX_VALUE;
    }
    long next = Math.min(checkpoints.nextDeadlineNs(), retention.nextDeadlineNs());
    next = Math.min(next, compactions.nextDeadlineNs());
    next = Math.min(next, Math.min(space.nextCheckNs(), graveyard.nextDeadlineNs()));
    return journalFiles.wantsSpare() ? Math.min(next, nextSpareNs) : next;
  }

  @Override
  public void onClose() {
    mailbox.drain(name(), Integer.MAX_VALUE);
    if (space.failure() == null) {
      checkpoints.finish();
    }
  }
}
