package io.millrace.server.security.user;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateFormatException;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** A user was added or changed: all of it. Never a password. */
record UserRecord(User user) implements StateRecord {
  static final RecordType TYPE = new RecordType(10, "user", 1, UserRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(user.name());
    out.putInt(user.credentials().size());
    // In order, so that equal states have equal bytes.
    for (ScramCredential credential : new TreeMap<>(user.credentials()).values()) {
      out.putInt(credential.mechanism().code());
      out.putBytes(credential.salt());
      out.putInt(credential.iterations());
      out.putBytes(credential.storedKey());
      out.putBytes(credential.serverKey());
    }
  }

  private static UserRecord read(StateReader in, int version) {
    String name = in.getString();
    int count = in.getCount();
    Map<ScramMechanism, ScramCredential> credentials = new EnumMap<>(ScramMechanism.class);
    try {
      for (int i = 0; i < count; i++) {
        int code = in.getInt();
        ScramMechanism mechanism =
            ScramMechanism.ofCode(code)
                .orElseThrow(() -> new IllegalArgumentException("no mechanism " + code));
        credentials.put(
            mechanism,
            new ScramCredential(
                mechanism, in.getBytes(), in.getInt(), in.getBytes(), in.getBytes()));
      }
      return new UserRecord(new User(name, credentials));
    } catch (IllegalArgumentException e) {
      throw new StateFormatException("the record of user " + name + " is damaged", e);
    }
  }
}
