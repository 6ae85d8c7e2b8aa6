package io.millrace.server.quota;

import io.millrace.server.quota.QuotaEntity.Name;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateFormatException;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.EnumMap;
import java.util.Map;

/**
 * The quotas of an entity from here on, as a whole.
 *
 * @param values empty: it has none
 */
record QuotaRecord(QuotaEntity entity, Map<QuotaKey, Double> values) implements StateRecord {
  static final RecordType TYPE = new RecordType(16, "client-quota", 1, QuotaRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    return entity.weight() + (long) Long.BYTES * values.size();
  }

  @Override
  public void write(StateWriter out) {
    Map<QuotaEntity.Type, Name> parts = entity.parts();
    out.putInt(parts.size());
    parts.forEach(
        (type, name) -> {
          out.putInt(type.code());
          out.putString(name.value());
        });
    out.putInt(values.size());
    values.forEach(
        (key, value) -> {
          out.putInt(key.code());
          out.putLong(Double.doubleToLongBits(value));
        });
  }

  private static QuotaRecord read(StateReader in, int version) {
    Map<QuotaEntity.Type, Name> parts = new EnumMap<>(QuotaEntity.Type.class);
    Map<QuotaKey, Double> values = new EnumMap<>(QuotaKey.class);
    try {
      for (int left = in.getCount(); left > 0; left--) {
        QuotaEntity.Type type = QuotaEntity.Type.ofCode(in.getInt());
        parts.put(type, new Name(in.getNullableString()));
      }
      for (int left = in.getCount(); left > 0; left--) {
        int code = in.getInt();
        QuotaKey key =
            QuotaKey.ofCode(code)
                .orElseThrow(() -> new QuotaException("there is no quota number " + code));
        values.put(key, Double.longBitsToDouble(in.getLong()));
      }
      return new QuotaRecord(QuotaEntity.of(parts), values);
    } catch (QuotaException e) {
      throw new StateFormatException("the record of a quota is damaged", e);
    }
  }
}
