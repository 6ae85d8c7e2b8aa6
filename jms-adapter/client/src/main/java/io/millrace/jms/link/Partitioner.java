package io.millrace.jms.link;

import java.util.UUID;

/**
 * Chooses partitions: a message group's by Kafka's hash of its key, so that JMS and Kafka producers
 * agree; else the session's.
 */
final class Partitioner {
  private static final int SEED = 0x9747b28c;
  private static final int MULTIPLIER = 0x5bd1e995;

  private Partitioner() {}

  /**
   * The partition of a key: positive murmur2 modulo partitions, as Kafka's default partitioner
   * does.
   */
  static int ofKey(byte[] key, int partitions) {
    return (murmur2(key) & Integer.MAX_VALUE) % partitions;
  }

  /**
   * A session's place among all: the sessions of a connection have one after the other, and each
   * connection begins somewhere else.
   */
  static int placeOf(UUID connectionKey, int sessionId) {
    return connectionKey.hashCode() + sessionId;
  }

  /** The partition of messages without a group. */
  static int ofPlace(int place, int partitions) {
    return Math.floorMod(place, partitions);
  }

  /** MurmurHash2 for 32 bits (Austin Appleby), little-endian, with Kafka's seed. */
  static int murmur2(byte[] data) {
    int hash = SEED ^ data.length;
    int whole = data.length / 4 * 4;
    for (int i = 0; i < whole; i += 4) {
      int word = u8(data, i) | u8(data, i + 1) << 8 | u8(data, i + 2) << 16 | u8(data, i + 3) << 24;
      word *= MULTIPLIER;
      word ^= word >>> 24;
      hash = hash * MULTIPLIER ^ word * MULTIPLIER;
    }
    int tail = 0;
    for (int i = data.length - 1; i >= whole; i--) {
      tail = tail << 8 | u8(data, i);
    }
    if (whole < data.length) {
      hash = (hash ^ tail) * MULTIPLIER;
    }
    hash = (hash ^ hash >>> 13) * MULTIPLIER;
    return hash ^ hash >>> 15;
  }

  private static int u8(byte[] data, int at) {
    return data[at] & 0xFF;
  }
}
