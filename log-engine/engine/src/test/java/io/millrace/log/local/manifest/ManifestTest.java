package io.millrace.log.local.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.CorruptLogException;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.format.ProducerSnapshot;
import io.millrace.log.local.format.SegmentSummary;
import io.millrace.log.local.format.TransactionSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What a checkpoint says is read again, also as an earlier version wrote it. */
class ManifestTest {
  private static final LogId ID = new LogId(new UUID(1, 2), 3);
  private static final int VERSION_PLACE = 7;

  private final MemoryFileSystem files = new MemoryFileSystem();

  private static LogSnapshot snapshot(TransactionSnapshot transactions) {
    return new LogSnapshot(
        ID,
        LogConfig.DEFAULT,
        5,
        40,
        false,
        List.of(new SegmentSummary(5, 2000, 77, 66)),
        List.of(
            new ProducerSnapshot(
                7, (short) 2, 4, 39, 55, List.of(new ProducerSnapshot.Batch(3, 4, 39)))),
        transactions);
  }

  private static TransactionSnapshot transactions() {
    return new TransactionSnapshot(
        List.of(new TransactionSnapshot.Open(7, 3), new TransactionSnapshot.Open(9, 38)),
        List.of(new AbortedTransaction(8, 4, 6), new AbortedTransaction(10, 5, 30)));
  }

  @Test
  void keepsOpenAndAbortedTransactions() throws IOException {
    try (Manifest manifest = Manifest.load(files)) {
      manifest.put(snapshot(transactions()));
      manifest.commit(4, List.of());
    }
    try (Manifest manifest = Manifest.load(files)) {
      assertThat(manifest.find(ID)).isEqualTo(snapshot(transactions()));
    }
  }

  @Test
  void readsVersionOneAndGoesOnWithTheCurrentOne() throws IOException {
    writeManifest(versionOne());

    try (Manifest manifest = Manifest.load(files)) {
      assertThat(manifest.find(ID)).isEqualTo(snapshot(TransactionSnapshot.NONE));
      assertThat(manifest.firstJournalSequence()).isEqualTo(12);
      assertThat(versionOnDisk()).isEqualTo(3);
      manifest.put(snapshot(transactions()));
      manifest.commit(13, List.of());
    }
    files.crash(1);
    try (Manifest manifest = Manifest.load(files)) {
      assertThat(manifest.find(ID)).isEqualTo(snapshot(transactions()));
    }
  }

  @Test
  void refusesALaterVersion() throws IOException {
    ByteBuffer later = versionOne();
    later.put(VERSION_PLACE, (byte) 4);
    writeManifest(later);

    assertThatThrownBy(() -> Manifest.load(files))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("version 4")
        .hasMessageContaining("newer server");
    assertThat(versionOnDisk()).isEqualTo(4);
  }

  @Test
  void keepsHowFarALogWasCompactedAndItsSegmentsGenerations() throws IOException {
    for (TransactionSnapshot transactions : List.of(TransactionSnapshot.NONE, transactions())) {
      LogSnapshot plain = snapshot(transactions);
      LogSnapshot compacted =
          new LogSnapshot(
              plain.id(),
              plain.config(),
              plain.startOffset(),
              plain.endOffset(),
              false,
              List.of(
                  new SegmentSummary(5, 2000, 77, 66, 123_456), new SegmentSummary(9, 10, 1, 2)),
              plain.producers(),
              transactions,
              8);
      try (Manifest manifest = Manifest.load(files)) {
        manifest.put(compacted);
        manifest.commit(4, List.of());
      }
      try (Manifest manifest = Manifest.load(files)) {
        assertThat(manifest.find(ID)).isEqualTo(compacted);
      }
    }
  }

  private void writeManifest(ByteBuffer bytes) throws IOException {
    try (StoreFile file = files.create(Manifest.FILE)) {
      file.write(bytes, 0);
      file.sync();
    }
    files.syncDirectory("");
  }

  private int versionOnDisk() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(8);
    try (StoreFile file = files.open(Manifest.FILE)) {
      file.read(header, 0);
    }
    return header.getInt(4);
  }

  /** As the page on the format described a file before there were transactions. */
  private static ByteBuffer versionOne() {
    ByteBuffer log = ByteBuffer.allocate(84 + 32 + 32 + 16);
    log.putLong(1).putLong(2).putInt(3); // id
    log.putInt(0).putInt(1 << 30).putLong(7L * 24 * 3600 * 1000); // configuration
    log.putLong(-1).putLong(-1).putInt(1024 * 1024 + 12);
    log.putLong(5).putLong(40).putInt(0).putInt(1).putInt(1);
    log.putLong(5).putLong(2000).putLong(77).putLong(66); // segment
    log.putLong(7).putShort((short) 2).putShort((short) 1); // producer
    log.putInt(4).putLong(39).putLong(55);
    log.putInt(3).putInt(4).putLong(39); // its batch
    ByteBuffer checkpoint = ByteBuffer.allocate(8).putLong(12);

    ByteBuffer file = ByteBuffer.allocate(8 + 12 + log.capacity() + 12 + checkpoint.capacity());
    file.putInt(0x4d524d46).putInt(1); // "MRMF"
    putRecord(file, 1, log.flip());
    putRecord(file, 3, checkpoint.flip());
    return file.flip();
  }

  private static void putRecord(ByteBuffer file, int type, ByteBuffer body) {
    CRC32C checksum = new CRC32C();
    checksum.update(ByteBuffer.allocate(4).putInt(type).flip());
    checksum.update(body.duplicate());
    file.putInt(body.remaining()).putInt((int) checksum.getValue()).putInt(type).put(body);
  }
}
