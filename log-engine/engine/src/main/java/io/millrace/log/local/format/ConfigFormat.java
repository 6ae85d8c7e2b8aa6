package io.millrace.log.local.format;

import io.millrace.log.Durability;
import io.millrace.log.LogConfig;
import java.nio.ByteBuffer;

/** A log's configuration, as journal and manifest hold it. */
public final class ConfigFormat {
  public static final Layout CONFIG = Layout.named("Log configuration");
  private static final int DURABILITY = CONFIG.add("durability", 4);
  private static final int SEGMENT_BYTES = CONFIG.add("segmentBytes", 4);
  private static final int SEGMENT_MS = CONFIG.add("segmentMs", 8);
  private static final int RETENTION_MS = CONFIG.add("retentionMs", 8);
  private static final int RETENTION_BYTES = CONFIG.add("retentionBytes", 8);
  private static final int MAX_BATCH_BYTES = CONFIG.add("maxBatchBytes", 4);

  public static final int BYTES = CONFIG.size();

  private ConfigFormat() {}

  /** Writes at the buffer's position, and moves it. */
  public static void put(ByteBuffer target, LogConfig config) {
    int at = target.position();
    target.putInt(at + DURABILITY, number(config.durability()));
    target.putInt(at + SEGMENT_BYTES, config.segmentBytes());
    target.putLong(at + SEGMENT_MS, config.segmentMs());
    target.putLong(at + RETENTION_MS, config.retentionMs());
    target.putLong(at + RETENTION_BYTES, config.retentionBytes());
    target.putInt(at + MAX_BATCH_BYTES, config.maxBatchBytes());
    target.position(at + BYTES);
  }

  /** Reads at the buffer's position, and moves it. */
  public static LogConfig get(ByteBuffer source) {
    int at = source.position();
    source.position(at + BYTES);
    return new LogConfig(
        durability(source.getInt(at + DURABILITY)),
        source.getInt(at + SEGMENT_BYTES),
        source.getLong(at + SEGMENT_MS),
        source.getLong(at + RETENTION_MS),
        source.getLong(at + RETENTION_BYTES),
        source.getInt(at + MAX_BATCH_BYTES));
  }

  private static int number(Durability durability) {
    return switch (durability) {
      case FSYNC -> 0;
      case OS -> 1;
      case MEMORY -> 2;
    };
  }

  private static Durability durability(int number) {
    return switch (number) {
      case 0 -> Durability.FSYNC;
      case 1 -> Durability.OS;
      case 2 -> Durability.MEMORY;
      default -> throw new IllegalArgumentException("unknown durability " + number);
    };
  }
}
