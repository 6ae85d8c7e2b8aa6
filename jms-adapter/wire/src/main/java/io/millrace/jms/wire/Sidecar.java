package io.millrace.jms.wire;

import java.nio.ByteBuffer;

/**
 * What a cursor must know of a batch's messages before it dispatches them, beside the batch, so
 * that nothing has to be decoded. Only messages that deviate from the defaults are named: priority
 * 4, no delivery delay, no expiry. The group needs no entry: it is the record's key. All of it can
 * be rebuilt from the records' headers.
 *
 * <pre>
 * u8 0                                             every message has the defaults; the end
 * u8 1, then entries to the end, ascending by index:
 *   u32 index | u8 priority | u64 deliveryTime | u64 expiration
 * </pre>
 *
 * Times are milliseconds since the epoch, 0 for none.
 */
public final class Sidecar {
  /** JMSPriority where nothing says otherwise. */
  public static final int DEFAULT_PRIORITY = 4;

  /** Bytes of one entry. */
  public static final int ENTRY_BYTES = 21;

  private static final int DEFAULTS = 0;
  private static final int ENTRIES = 1;

  private Sidecar() {}

  /** Receives the entries of a sidecar. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * One deviating message.
     *
     * @param index its place in the batch, from 0
     * @param priority 0..9
     * @param deliveryTime milliseconds since the epoch, 0 for at once
     * @param expiration milliseconds since the epoch, 0 for never
     */
    void onMessage(int index, int priority, long deliveryTime, long expiration);
  }

  /** True if every message has the defaults. */
  public static boolean isDefault(ByteBuffer sidecar) {
    return sidecar.remaining() == 1 && sidecar.get(sidecar.position()) == DEFAULTS;
  }

  /**
   * Walks the deviating messages. The buffer's position does not move.
   *
   * @param recordCount number of messages in the batch
   * @throws WireException if the bytes are not a sidecar of such a batch; entries before the fault
   *     have been visited
   */
  public static void forEach(ByteBuffer sidecar, int recordCount, Visitor visitor)
      throws WireException {
    if (isDefault(sidecar)) {
      return;
    }
    int size = sidecar.remaining() - 1;
    int start = sidecar.position();
    if (size < ENTRY_BYTES || size % ENTRY_BYTES != 0 || sidecar.get(start) != ENTRIES) {
      throw new WireException("not a sidecar: " + sidecar.remaining() + " bytes");
    }
    int previous = -1;
    for (int at = start + 1; at < start + 1 + size; at += ENTRY_BYTES) {
      int index = sidecar.getInt(at);
      int priority = sidecar.get(at + 4);
      long deliveryTime = sidecar.getLong(at + 5);
      long expiration = sidecar.getLong(at + 13);
      if (index <= previous
          || index >= recordCount
          || priority < 0
          || priority > 9
          || deliveryTime < 0
          || expiration < 0) {
        throw new WireException(
            "a sidecar entry for message "
                + index
                + " of "
                + recordCount
                + " with priority "
                + priority);
      }
      previous = index;
      visitor.onMessage(index, priority, deliveryTime, expiration);
    }
  }

  /** The sidecar of a batch whose messages all have the defaults. */
  public static ByteBuffer ofDefaults() {
    return ByteBuffer.wrap(new byte[] {DEFAULTS});
  }

  /** Collects the deviating messages of one batch after the other. One thread. */
  public static final class Builder {
    private static final int INITIAL_ENTRIES = 8;

    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /** Notes a message; one with only defaults costs nothing. Indexes ascend. */
    public void add(int index, int priority, long deliveryTime, long expiration) {
      if (priority == DEFAULT_PRIORITY && deliveryTime == 0 && expiration == 0) {
        return;
      }
      if (bytes.remaining() < ENTRY_BYTES) {
        int capacity =
            bytes.capacity() == 0 ? 1 + INITIAL_ENTRIES * ENTRY_BYTES : 2 * bytes.capacity();
        ByteBuffer larger = ByteBuffer.allocate(capacity);
        bytes = bytes.position() == 0 ? larger.put((byte) ENTRIES) : larger.put(bytes.flip());
      }
      bytes.putInt(index).put((byte) priority).putLong(deliveryTime).putLong(expiration);
    }

    /** The sidecar so far; the builder begins anew. */
    public ByteBuffer build() {
      if (bytes.position() == 0) {
        return ofDefaults();
      }
      ByteBuffer built = bytes.flip();
      bytes = ByteBuffer.allocate(0);
      return built;
    }
  }
}
