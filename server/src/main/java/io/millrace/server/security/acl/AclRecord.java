package io.millrace.server.security.acl;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateFormatException;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/** A rule exists from now on, or no longer. */
record AclRecord(AclRule rule, boolean present) implements StateRecord {
  static final RecordType TYPE = new RecordType(12, "acl", 1, AclRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putInt(rule.type().code());
    out.putString(rule.name());
    out.putBoolean(rule.prefixed());
    out.putString(rule.principal());
    out.putString(rule.host());
    out.putInt(rule.operation().code());
    out.putBoolean(rule.allow());
    out.putBoolean(present);
  }

  private static AclRecord read(StateReader in, int version) {
    int type = in.getInt();
    String name = in.getString();
    boolean prefixed = in.getBoolean();
    String principal = in.getString();
    String host = in.getString();
    int operation = in.getInt();
    boolean allow = in.getBoolean();
    boolean present = in.getBoolean();
    try {
      return new AclRecord(
          new AclRule(
              ResourceType.ofCode(type).orElseThrow(() -> unknown("type of resource", type)),
              name,
              prefixed,
              principal,
              host,
              Operation.ofCode(operation).orElseThrow(() -> unknown("operation", operation)),
              allow),
          present);
    } catch (AclException e) {
      throw new StateFormatException("the record of a rule for " + name + " is damaged", e);
    }
  }

  private static AclException unknown(String what, int code) {
    return new AclException("there is no " + what + " " + code);
  }
}
