package io.millrace.batch;

/**
 * Where the fields of a v2 record batch lie, in bytes from its start; all are big-endian. As in
 * Kafka's documentation, "Record Batch" (KIP-98).
 *
 * <pre>
 *  0  baseOffset            int64
 *  8  batchLength           int32   bytes that follow this field
 * 12  partitionLeaderEpoch  int32
 * 16  magic                 int8    2
 * 17  crc                   uint32  CRC-32C of all that follows this field
 * 21  attributes            int16
 * 23  lastOffsetDelta       int32
 * 27  baseTimestamp         int64
 * 35  maxTimestamp          int64
 * 43  producerId            int64   -1 for none
 * 51  producerEpoch         int16
 * 53  baseSequence          int32
 * 57  recordCount           int32
 * 61  records
 * </pre>
 */
public final class BatchFormat {
  public static final int BASE_OFFSET = 0;
  public static final int BATCH_LENGTH = 8;
  public static final int LEADER_EPOCH = 12;
  public static final int MAGIC = 16;
  public static final int CRC = 17;
  public static final int ATTRIBUTES = 21;
  public static final int LAST_OFFSET_DELTA = 23;
  public static final int BASE_TIMESTAMP = 27;
  public static final int MAX_TIMESTAMP = 35;
  public static final int PRODUCER_ID = 43;
  public static final int PRODUCER_EPOCH = 51;
  public static final int BASE_SEQUENCE = 53;
  public static final int RECORD_COUNT = 57;
  public static final int HEADER_BYTES = 61;

  /** What {@code batchLength} does not count: the base offset and itself. */
  public static final int LENGTH_OVERHEAD = 12;

  public static final byte CURRENT_MAGIC = 2;

  public static final int CODEC_MASK = 0x07;
  public static final int TIMESTAMP_TYPE_MASK = 0x08;
  public static final int TRANSACTIONAL_MASK = 0x10;
  public static final int CONTROL_MASK = 0x20;
  public static final int DELETE_HORIZON_MASK = 0x40;

  public static final long NO_PRODUCER_ID = -1;
  public static final short NO_PRODUCER_EPOCH = -1;
  public static final int NO_SEQUENCE = -1;
  public static final long NO_TIMESTAMP = -1;

  private BatchFormat() {}
}
