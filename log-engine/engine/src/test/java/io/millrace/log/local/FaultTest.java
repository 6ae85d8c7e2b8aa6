package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.AppendOptions;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFencedException;
import io.millrace.log.LogId;
import io.millrace.log.StoreBusyException;
import io.millrace.log.StoreException;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreFullException;
import io.millrace.log.StoreHealth;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that fill up and disks that fail. */
class FaultTest {
  private static final LogId ID = new LogId(new UUID(1, 2), 3);
  private static final LogId STATE = new LogId(new UUID(8, 8), 0);

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final RecordingListener listener = new RecordingListener();
  private final SteppedStore harness = new SteppedStore(files, LocalStoreConfig.small(), 3);

  private Log open(LogId id) {
    return open(id, LogConfig.DEFAULT);
  }

  private Log open(LogId id, LogConfig config) {
    return harness.await(harness.store().open(id, config, listener));
  }

  @Test
  void aFullDiskRefusesClientsServesReadersAndRecoversByItself() {
    Log log = open(ID);
    Log state = open(STATE);
    log.append(Batches.sized(0, 500), AppendOptions.CLIENT);
    harness.settle();
    files.setCapacity(files.usedBytes() + 20_000);
    harness.pass(200);

    assertThat(harness.store().health()).isEqualTo(StoreHealth.FULL);
    assertThatThrownBy(() -> log.append(Batches.sized(1, 500), AppendOptions.CLIENT))
        .isInstanceOf(StoreFullException.class)
        .hasMessageContaining("free some space");
    assertThat(harness.store().stats().fullRefusals()).isEqualTo(1);
    assertThat(log.endOffset()).isEqualTo(1);
    assertThat(Batches.texts(harness, log, 1000)).hasSize(1);
    state.append(Batches.sized(0, 500), AppendOptions.STATE);
    harness.settle();
    assertThat(state.durableOffset()).isEqualTo(1);

    files.setCapacity(Long.MAX_VALUE);
    harness.pass(200);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.OK);
    log.append(Batches.sized(1, 500), AppendOptions.CLIENT);
    harness.settle();
    assertThat(log.durableOffset()).isEqualTo(2);
    assertThat(listener.failure()).isNull();
  }

  @Test
  void nothingDurableIsLostWhenSegmentsCannotBeWritten() {
    Log state = open(STATE);
    harness.pass(2000);
    files.setCapacity(files.usedBytes() + 3000);
    for (int i = 0; i < 100; i++) {
      state.append(Batches.sized(i, 500), AppendOptions.STATE);
      harness.settle();
    }
    harness.pass(1000);
    assertThat(state.durableOffset()).isEqualTo(100);
    assertThat(Batches.texts(harness, state, 1000)).hasSize(100);
    assertThat(harness.store().stats().unwrittenBytes()).isPositive();

    files.setCapacity(Long.MAX_VALUE);
    harness.pass(3000);
    assertThat(harness.store().stats().unwrittenBytes()).isZero();
    assertThat(harness.store().health()).isEqualTo(StoreHealth.OK);
    harness.crash(5);
    assertThat(Batches.texts(harness, open(STATE), 1000)).hasSize(100);
  }

  @Test
  void whatIsDurableIsThereWhenTheDiskIsStillFullAtTheNextStart() {
    Log state = open(STATE);
    harness.pass(2000);
    files.setCapacity(files.usedBytes() + 3000);
    for (int i = 0; i < 50; i++) {
      state.append(Batches.sized(i, 500), AppendOptions.STATE);
      harness.settle();
    }
    assertThat(state.durableOffset()).isEqualTo(50);
    harness.crash(5);
    files.setCapacity(files.usedBytes());
    harness.kill();

    assertThat(harness.store().recoveryReport()).anyMatch(line -> line.contains("full"));
    assertThat(harness.store().health()).isEqualTo(StoreHealth.FULL);
    Log again = open(STATE);
    assertThat(Batches.texts(harness, again, 1000)).hasSize(50);
    assertThat(again.sizeInBytes()).isGreaterThan(50 * 500);
    assertThatThrownBy(() -> open(ID).append(Batches.sized(0, 500), AppendOptions.CLIENT))
        .isInstanceOf(StoreFullException.class);
    again.append(Batches.sized(50, 500), AppendOptions.STATE);
    harness.settle();
    assertThat(again.durableOffset()).isEqualTo(51);

    files.setCapacity(Long.MAX_VALUE);
    harness.pass(3000);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.OK);
    assertThat(harness.store().stats().unwrittenBytes()).isZero();
    harness.crash(6);
    assertThat(Batches.texts(harness, open(STATE), 1000)).hasSize(51);
  }

  @Test
  void whatWaitsForTheDiskIsBoundedByBytes() {
    SteppedStore bounded =
        new SteppedStore(
            new MemoryFileSystem(), LocalStoreConfig.small().withMaxPendingBytes(10_000), 3);
    Log log = bounded.await(bounded.store().open(ID, LogConfig.DEFAULT, listener));
    Log other = bounded.await(bounded.store().open(STATE, LogConfig.DEFAULT, listener));
    log.append(Batches.sized(0, 50_000), AppendOptions.CLIENT);
    assertThatThrownBy(() -> other.append(Batches.sized(0, 100), AppendOptions.CLIENT))
        .isInstanceOf(StoreBusyException.class)
        .hasMessageContaining("wait to be durable");
    other.append(Batches.sized(0, 100), AppendOptions.STATE);
    assertThat(other.endOffset()).isEqualTo(1);
    assertThat(bounded.store().stats().refusals()).isEqualTo(1);

    bounded.settle();
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      try {
        log.append(Batches.sized(i, 500), AppendOptions.CLIENT);
        taken++;
      } catch (StoreBusyException e) {
        assertThat(bounded.store().pendingBytes()).isBetween(9_000L, 10_000L);
      }
    }
    assertThat(taken).isBetween(15, 20);
    bounded.settle();
    assertThat(log.durableOffset()).isEqualTo(1 + taken);
    bounded.close();
  }

  @Test
  void aFailedSyncIsNeverTrusted() {
    Log log = open(ID);
    log.append(Batches.sized(0, 500), AppendOptions.CLIENT);
    harness.settle();
    Log other = open(STATE);
    harness.settle();
    files.failSyncs(path -> path.startsWith("journal/"));
    log.append(Batches.sized(1, 500), AppendOptions.CLIENT);
    harness.settle();

    assertThat(log.durableOffset()).isEqualTo(1);
    assertThat(listener.failure()).isInstanceOf(StoreFailedException.class);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.FAILED);
    files.failSyncs(path -> false);
    assertThatThrownBy(() -> log.append(Batches.sized(2, 500), AppendOptions.CLIENT))
        .isInstanceOf(LogFencedException.class);
    assertThatThrownBy(() -> other.append(Batches.sized(2, 500), AppendOptions.CLIENT))
        .isInstanceOf(StoreException.class);
    assertThat(Batches.texts(harness, log, 1000)).hasSize(1);

    harness.crash(1);
    Log again = open(ID);
    assertThat(again.endOffset()).isBetween(1L, 2L);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.OK);
  }

  @Test
  void aFailedSegmentWriteFailsTheStoreAndLosesNothingDurable() {
    Log log = open(ID);
    files.failWrites(path -> path.startsWith("logs/"));
    for (int i = 0; i < 12; i++) {
      log.append(Batches.sized(i, 500), AppendOptions.CLIENT);
    }
    harness.settle();
    long durable = log.durableOffset();
    harness.pass(500);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.FAILED);
    assertThat(durable).isEqualTo(12);

    harness.crash(2);
    assertThat(Batches.texts(harness, open(ID), 1000)).hasSize(12);
  }

  @Test
  void aFailedSyncOfTheDirectPathAcknowledgesNothing() {
    Log log = open(ID);
    harness.settle();
    files.failSyncs(path -> path.startsWith("logs/"));
    log.append(Batches.sized(0, 30_000), AppendOptions.CLIENT);
    harness.settle();

    assertThat(log.durableOffset()).isZero();
    assertThat(listener.failure()).isInstanceOf(StoreFailedException.class);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.FAILED);
  }

  /** How much of what a failed sync was to cut is left on the disk, the number of pages decides. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void aCutThatCouldNotBeSyncedDoesNotComeBackBeforeANewerSegment(int pages) throws IOException {
    open(ID).append(Batches.sized(0, 500), AppendOptions.CLIENT);
    harness.settle();
    harness.restart();
    Log unsynced = open(ID, LogConfig.DEFAULT.withDurability(Durability.OS));
    unsynced.append(Batches.sized(1, 500), AppendOptions.CLIENT);
    harness.settle();
    String segment = "logs/" + ID + "/00000000000000000000.log";
    tear(segment, pages);
    files.killProcess();
    files.failSyncs(segment::equals);
    assertThatThrownBy(() -> new SteppedStore(files, LocalStoreConfig.small(), 3))
        .hasStackTraceContaining("input/output error syncing " + segment);
    harness.kill();

    Log again = open(ID, LogConfig.DEFAULT.withSegmentBytes(1024));
    assertThat(again.endOffset()).isEqualTo(1);
    again.append(Batches.sized(2, 20_000), AppendOptions.CLIENT);
    harness.settle();
    assertThat(again.durableOffset()).isEqualTo(2);
    harness.crash(7);

    assertThat(open(ID).endOffset()).isEqualTo(2);
    assertThat(Batches.texts(harness, open(ID), 100_000)).hasSize(2);
  }

  @Test
  void aLogThatLostWhatLiesBelowItsStartIsReportedAndLeavesTheOthersAlone() throws IOException {
    Log log = open(ID);
    Log other = open(STATE);
    for (int i = 0; i < 3; i++) {
      log.append(Batches.sized(i, 20_000), AppendOptions.CLIENT);
      harness.settle();
    }
    harness.await(log.deleteBefore(2));
    log.append(Batches.sized(3, 500), AppendOptions.CLIENT);
    other.append(Batches.sized(0, 500), AppendOptions.STATE);
    harness.settle();
    files.flipBit("logs/" + ID + "/00000000000000000000.log", 30_000, 1);
    harness.kill();

    assertThatThrownBy(() -> open(ID))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("lost its records from offset 1 to 3");
    harness.pass(2000);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.OK);
    open(STATE).append(Batches.sized(1, 500), AppendOptions.STATE);
    harness.settle();
    assertThat(Batches.texts(harness, open(STATE), 100)).hasSize(2);
  }

  private void tear(String segment, int pages) throws IOException {
    byte[] other = new byte[pages * 4096];
    Arrays.fill(other, (byte) 0x55);
    try (StoreFile file = files.open(segment)) {
      file.write(ByteBuffer.wrap(other), file.size() - 100);
      file.sync();
    }
  }
}
