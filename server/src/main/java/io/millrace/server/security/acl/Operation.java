package io.millrace.server.security.acl;

import java.util.Optional;

/** What somebody does, with Kafka's codes. */
public enum Operation {
  /** In rules only: every operation. */
  ALL(2),
  READ(3),
  WRITE(4),
  CREATE(5),
  DELETE(6),
  ALTER(7),
  DESCRIBE(8),
  CLUSTER_ACTION(9),
  DESCRIBE_CONFIGS(10),
  ALTER_CONFIGS(11),
  IDEMPOTENT_WRITE(12),
  CREATE_TOKENS(13),
  DESCRIBE_TOKENS(14),
  TWO_PHASE_COMMIT(15);

  /** The bits of all operations but {@link #ALL}. */
  public static final int EVERYTHING = everything();

  private static final int IMPLY_DESCRIBE = READ.bit() | WRITE.bit() | DELETE.bit() | ALTER.bit();

  private final int code;

  Operation(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** This operation as a bit, as in Kafka's fields for authorized operations (KIP-430). */
  public int bit() {
    return 1 << code;
  }

  /** What a rule for this operation is about, as bits. */
  int ruled() {
    return this == ALL ? EVERYTHING : bit();
  }

  /** Who may do these may do these, too: whoever reads sees that there is something to read. */
  static int withImplied(int allowed) {
    int all = allowed;
    if ((allowed & IMPLY_DESCRIBE) != 0) {
      all |= DESCRIBE.bit();
    }
    if ((allowed & ALTER_CONFIGS.bit()) != 0) {
      all |= DESCRIBE_CONFIGS.bit();
    }
    return all;
  }

  public static Optional<Operation> ofCode(int code) {
    for (Operation each : values()) {
      if (each.code == code) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private static int everything() {
    int bits = 0;
    for (Operation each : values()) {
      bits |= each == ALL ? 0 : each.bit();
    }
    return bits;
  }
}
