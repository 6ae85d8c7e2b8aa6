package io.millrace.server.shard;

/**
 * One decision, as it is kept in a shard's state log. Immutable.
 *
 * <p>The bytes that {@link #write} produces are a file format: a change of them needs a new version
 * in its {@link RecordType}, whose reader must go on to understand every older one.
 */
public interface StateRecord {

  RecordType type();

  /** Writes the value, in the newest version of its type. */
  void write(StateWriter out);

  /**
   * About how many bytes it takes, of records that may take many; 0 of others. A shard does not
   * gather more than it can append in one batch.
   */
  default long weight() {
    return 0;
  }
}
