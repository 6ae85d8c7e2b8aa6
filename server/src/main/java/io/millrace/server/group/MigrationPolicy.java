package io.millrace.server.group;

/**
 * Which groups with members may change from one protocol to the other (KIP-848). A group without
 * members changes whatever this says.
 */
public enum MigrationPolicy {
  /** None: a group stays with the protocol of its members. */
  DISABLED(false, false),
  /** From the classic to the new protocol, with the first member that speaks the new one. */
  UPGRADE(true, false),
  /** To the classic protocol, when the last member that speaks the new one has left. */
  DOWNGRADE(false, true),
  /** Both. */
  BIDIRECTIONAL(true, true);

  private final boolean upgrades;
  private final boolean downgrades;

  MigrationPolicy(boolean upgrades, boolean downgrades) {
    this.upgrades = upgrades;
    this.downgrades = downgrades;
  }

  boolean upgrades() {
    return upgrades;
  }

  boolean downgrades() {
    return downgrades;
  }
}
