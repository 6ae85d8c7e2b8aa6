package io.millrace.server.shard;

/**
 * A kind of state record.
 *
 * @param id names the kind in the log for ever; 1 to 65535
 * @param name for logs and the format's page
 * @param version the version that is written; older ones are still read
 * @param reader reads a value of any version up to this one
 */
public record RecordType(int id, String name, int version, Reader reader) {

  /** Reads the value of a state record. */
  @FunctionalInterface
  public interface Reader {
    StateRecord read(StateReader in, int version);
  }

  public RecordType {
    if (id < 1 || id > 0xffff || version < 1 || version > 0xff) {
      throw new IllegalArgumentException("record type " + name + ": id or version out of range");
    }
  }
}
