package io.millrace.server.quota;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be set for one entity, all or nothing. Immutable.
 *
 * @param values by key; null takes a quota away
 */
public record QuotaChange(QuotaEntity entity, Map<QuotaKey, @Nullable Double> values) {
  /**
   * A change that may be.
   *
   * @throws QuotaException it may not
   */
  public QuotaChange {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    values.forEach(
        (key, value) -> {
          if (value == null) {
            return;
          }
          if (!entity.mayHave(key)) {
            throw new QuotaException("there is no " + key.wireName() + " for such an entity");
          }
          String problem = key.problem(value);
          if (problem != null) {
            throw new QuotaException(problem);
          }
        });
  }
}
