package io.millrace.log;

/**
 * When an appended batch counts as durable, and so may be acknowledged and read. The markers that
 * end transactions are synced in every log, and what is appended behind one waits for it.
 */
public enum Durability {
  /** After it was synced to the disk (or to a quorum). Survives power loss. The default. */
  FSYNC,
  /** After it was handed to the operating system. Survives the death of the process. */
  OS,
  /** At once. Survives nothing, but is written out when that is convenient. */
  MEMORY
}
