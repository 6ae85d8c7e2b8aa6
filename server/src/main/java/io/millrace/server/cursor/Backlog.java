package io.millrace.server.cursor;

import io.millrace.log.Log;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What of a cursor part waits to be delivered: of that below the log's last stable offset, so that
 * an open Kafka transaction holds back what comes after its first record; or, for a share group
 * that reads what is not committed, of all that is durable. The log is scanned a little ahead of
 * the consumers; what was seen waits in lanes as bitmaps, and only the bytes that go out next are
 * in memory. So the memory taken does not grow with the depth.
 *
 * <p>Invariant: every offset below the scan is settled, waiting in a lane, deferred, or taken (in
 * flight, or on its way to the dead letters). Of those above it some may be taken already: claimed
 * by consumers that held them before a restart. The shard's thread.
 */
final class Backlog implements BlockSource.Listener {
  /** Bytes asked for when single messages are read again. */
  private static final int REREAD_BYTES = 32 << 10;

  /** Reads ahead in one turn: where all was aborted, nothing else ends it. */
  private static final int READS_PER_TURN = 8;

  /** What a backlog needs of its cursor part. */
  interface Owner {
    CursorState state();

    /** These are not there (any more) or too old: settle them. */
    void onGone(List<OffsetRun> runs, boolean expired);

    /** Compaction has taken these: settle them, but for those that a consumer has. */
    void onCompacted(OffsetSet offsets);

    /** Something may be deliverable now. */
    void onReady();
  }

  private final Shard<?> shard;
  private final CursorConfig config;
  private final Owner owner;
  private final BlockSource source;
  private final Window window;
  private final Lanes lanes = new Lanes();
  private final Deferred deferred;
  private final OffsetSet takenAhead = new OffsetSet();
  private @Nullable Log log;
  private long scan;
  private long stableOffset;
  private boolean committedOnly = true;

  /** Set while a failed read waits to be tried again. */
  private boolean pausing;

  /** Set while the scan waits for its next turn. */
  private boolean goingOn;

  Backlog(
      Shard<?> shard, Executor blocking, CursorConfig config, WindowMemory memory, Owner owner) {
    this.shard = shard;
    this.config = config;
    this.owner = owner;
    this.source = new BlockSource(shard, blocking, config, this);
    this.window = new Window(config.windowBytes(), memory);
    this.deferred = new Deferred(shard.clock(), shard.timers(), this::onDue);
    this.scan = owner.state().floor();
  }

  void open(Log opened) {
    log = opened;
    source.open(opened);
    window.clear();
    stableOffset = endOf(opened);
    skipTo(opened.startOffset());
  }

  boolean isOpen() {
    return log != null;
  }

  void advance(long newStableOffset) {
    Log open = log;
    long end = open == null || committedOnly ? newStableOffset : open.durableOffset();
    stableOffset = Math.max(stableOffset, end);
  }

  private long endOf(Log opened) {
    return committedOnly ? opened.stableOffset() : opened.durableOffset();
  }

  boolean isCommittedOnly() {
    return committedOnly;
  }

  /**
   * Whether open transactions hold back what comes after them, and aborted ones are left out; else
   * all durable records are delivered. Begins anew at the floor.
   */
  void committedOnly(boolean only, OffsetSet taken) {
    committedOnly = only;
    source.committedOnly(only);
    reset(taken);
    Log open = log;
    if (open != null) {
      stableOffset = endOf(open);
    }
  }

  /** Forgets everything but what is taken, and begins anew at the floor. */
  void reset(OffsetSet taken) {
    lanes.clear();
    deferred.clear();
    window.clear();
    takenAhead.clear();
    scan = owner.state().floor();
    takenAhead.add(taken);
    Log open = log;
    if (open != null) {
      // What a read under way brings does not follow on the scan any more.
      source.open(open);
    }
  }

  void close() {
    log = null;
    source.close();
    window.clear();
    deferred.clear();
  }

  /** How many messages are known to wait. */
  long waiting() {
    return lanes.size();
  }

  long deferred() {
    return deferred.size();
  }

  /** Only records below are delivered: the last stable offset, or the durable end. */
  long stableOffset() {
    return stableOffset;
  }

  /** Whether nothing below {@code limit} waits to be delivered now. */
  boolean isExhausted(long limit) {
    return log != null && scan >= Math.min(limit, stableOffset) && lanes.next() == null;
  }

  /** Puts messages back that were taken. */
  void release(long first, long last) {
    if (first < scan) {
      lanes.add(first, Math.min(last, scan - 1));
    }
    if (last >= scan) {
      takenAhead.remove(Math.max(first, scan), last);
    }
  }

  /** Defers messages that were taken until a moment, in milliseconds since the epoch. */
  void defer(long offset, long momentMs) {
    if (offset < scan) {
      deferred.add(offset, momentMs);
    } else {
      takenAhead.remove(offset);
    }
  }

  /** Takes messages out, for a consumer that has them already. */
  void take(long first, long last) {
    waitNoMore(first, last);
    if (!deferred.isEmpty()) {
      deferred.remove(first, last);
    }
    if (last >= scan) {
      takenAhead.add(Math.max(first, scan), last);
    }
  }

  /** Takes messages out of the lanes, and what only they needed out of the window. */
  private void waitNoMore(long first, long last) {
    lanes.remove(first, last);
    window.overlapping(first, last).forEach(this::done);
  }

  /** Forgets settled messages that were taken. */
  void forget(long first, long last) {
    lanes.forget(first, last);
    if (!takenAhead.isEmpty()) {
      takenAhead.remove(first, last);
    }
  }

  /** Forgets settled messages wherever they are. */
  void forgetAnywhere(long first, long last) {
    take(first, last);
    forget(first, last);
  }

  /** The next lane to be served, null when none has anything. Scans ahead as far as is wanted. */
  @Nullable OffsetSet nextLane() {
    int reads = 0;
    while (canRead()
        && scan < stableOffset
        && !window.isFull()
        && lanes.size() < config.lookAhead()) {
      if (reads == READS_PER_TURN) {
        goOnLater();
        break;
      }
      reads++;
      if (!read(scan, config.readBytes())) {
        break;
      }
    }
    return lanes.next();
  }

  private void goOnLater() {
    if (!goingOn) {
      goingOn = true;
      shard.event(
          () -> {
            goingOn = false;
            owner.onReady();
          });
    }
  }

  /**
   * The block that has a message of a lane, or one that is taken.
   *
   * @return null when it must be waited for, or the message turned out to be gone
   */
  @Nullable RecordBlock blockOf(long offset) {
    RecordBlock block = window.find(offset);
    if (block != null || !canRead()) {
      return block;
    }
    window.makeRoom(offset);
    if (!read(offset, REREAD_BYTES)) {
      return null;
    }
    return window.find(offset);
  }

  /** Takes a run of a lane for delivery. */
  void deliver(OffsetSet lane, RecordBlock block, long first, long last) {
    lane.remove(first, last);
    done(block);
  }

  /** Gives a block back that is not needed any more, unless something in it still waits. */
  void done(RecordBlock block) {
    if (!lanes.intersects(block.baseOffset(), block.lastOffset())) {
      window.drop(block);
    }
  }

  private boolean canRead() {
    return log != null && !source.isReading() && !pausing;
  }

  /** Returns whether the read is done. */
  private boolean read(long offset, int maxBytes) {
    List<RecordBlock> blocks = source.read(offset, maxBytes, stableOffset);
    if (blocks == null) {
      wanted = offset;
      return false;
    }
    take(offset, blocks);
    return true;
  }

  /** Where the read under way began. */
  private long wanted;

  @Override
  public void onBlocks(List<RecordBlock> blocks) {
    take(wanted, blocks);
    owner.onReady();
  }

  private void take(long from, List<RecordBlock> blocks) {
    if (blocks.isEmpty()) {
      onReadFailed(new IllegalStateException("nothing at offset " + from + " of " + logName()));
      return;
    }
    boolean scanning = from >= scan;
    OffsetSet compacted = new OffsetSet();
    if (blocks.get(0).baseOffset() > from) {
      skipCompacted(from, blocks.get(0).baseOffset() - 1, compacted);
    }
    OffsetSet gone = new OffsetSet();
    OffsetSet expired = new OffsetSet();
    for (RecordBlock block : blocks) {
      if (block.isGap()) {
        skipCompacted(block.baseOffset(), block.lastOffset(), compacted);
        continue;
      }
      settleCompacted(block);
      if (block.baseOffset() > scan) {
        // Whole batches between.
        skipCompacted(scan, block.baseOffset() - 1, compacted);
      }
      if (block.lastOffset() >= scan) {
        examine(block, Math.max(scan, block.baseOffset()), gone, expired);
      }
      boolean asked = !scanning && from >= block.baseOffset() && from <= block.lastOffset();
      if (asked || lanes.intersects(block.baseOffset(), block.lastOffset())) {
        window.keep(block);
      }
    }
    if (!compacted.isEmpty()) {
      owner.onCompacted(compacted);
    }
    if (!gone.isEmpty()) {
      owner.onGone(OffsetRun.of(gone), false);
    }
    if (!expired.isEmpty()) {
      owner.onGone(OffsetRun.of(expired), true);
    }
  }

  /** What waits in a lane since an earlier scan may have been compacted away since. */
  private void settleCompacted(RecordBlock block) {
    long to = Math.min(block.lastOffset(), scan - 1);
    if (block.isDense() || !lanes.intersects(block.baseOffset(), to)) {
      return;
    }
    OffsetSet gone = new OffsetSet();
    for (long offset = block.baseOffset(); offset <= to; offset++) {
      if (!block.has(offset) && lanes.intersects(offset, offset)) {
        gone.add(offset);
      }
    }
    if (!gone.isEmpty()) {
      owner.onGone(OffsetRun.of(gone), false);
    }
  }

  @Override
  public void onReadFailed(Throwable cause) {
    Throwable reason =
        cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    Log open = log;
    if (reason instanceof OffsetOutOfRangeException
        && open != null
        && open.startOffset() > owner.state().floor()) {
      skipTo(open.startOffset());
      owner.onReady();
      return;
    }
    io.millrace.kernel.Failures.report("reading " + logName() + " for a cursor", reason);
    pausing = true;
    shard
        .timers()
        .after(
            config.retryMs(),
            () -> {
              pausing = false;
              owner.onReady();
            });
  }

  private String logName() {
    return log == null ? "a closed log" : log.id().toString();
  }

  /** Sees to it that nothing is delivered that is not in the log any more. */
  void followStart() {
    Log open = log;
    if (open != null) {
      skipTo(open.startOffset());
    }
  }

  /** Where the log begins; 0 while it is not open. */
  long startOffset() {
    Log open = log;
    return open == null ? 0 : open.startOffset();
  }

  /** Records below the log's start are gone, as are those that compaction took. */
  private void skipTo(long startOffset) {
    if (startOffset > owner.state().floor()) {
      gone(owner.state().floor(), startOffset - 1);
    }
  }

  private void gone(long first, long last) {
    scan = scan >= first ? Math.max(scan, last + 1) : scan;
    waitNoMore(first, last);
    owner.onGone(List.of(new OffsetRun(first, last)), false);
  }

  /** Records without a trace: what consumers have of them is theirs to acknowledge all the same. */
  private void skipCompacted(long first, long last, OffsetSet compacted) {
    scan = scan >= first ? Math.max(scan, last + 1) : scan;
    waitNoMore(first, last);
    if (!takenAhead.isEmpty()) {
      takenAhead.remove(first, last);
    }
    compacted.add(first, last);
  }

  // ---- looking at what was scanned

  /** What of a block is gone or expired is added to the sets. */
  private void examine(RecordBlock block, long from, OffsetSet gone, OffsetSet expired) {
    long to = block.lastOffset();
    CursorState state = owner.state();
    scan = to + 1;
    if (block.isPlain()
        && block.isDense()
        && from >= state.floor()
        && !state.settled().intersects(from, to)
        && !takenAhead.intersects(from, to)) {
      lanes.add(from, to);
      return;
    }
    long nowMs = shard.clock().wallMs();
    for (long offset = from; offset <= to; offset++) {
      if (state.isSettled(offset)) {
        continue;
      }
      boolean there = block.has(offset);
      if (there) {
        lanes.know(offset, block.priority(offset));
      }
      if (takenAhead.contains(offset)) {
        takenAhead.remove(offset);
      } else if (!there) {
        gone.add(offset);
      } else if (isExpired(block, offset, nowMs)) {
        expired.add(offset);
      } else if (block.deliveryTime(offset) > nowMs) {
        deferred.add(offset, block.deliveryTime(offset));
      } else {
        lanes.add(offset, offset);
      }
    }
  }

  static boolean isExpired(RecordBlock block, long offset, long nowMs) {
    long expiration = block.expiration(offset);
    return expiration != 0 && expiration <= nowMs;
  }

  private void onDue() {
    List<OffsetRun> due = new ArrayList<>();
    deferred.takeDue((first, last) -> due.add(new OffsetRun(first, last)));
    for (OffsetRun run : due) {
      lanes.add(run.first(), run.last());
    }
    if (!due.isEmpty()) {
      owner.onReady();
    }
  }
}
