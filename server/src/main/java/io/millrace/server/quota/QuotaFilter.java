package io.millrace.server.quota;

import io.millrace.server.quota.QuotaEntity.Name;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which entities are asked for. Immutable.
 *
 * @param matches what each of these types must be in an entity
 * @param strict whether an entity may be of no other type
 */
public record QuotaFilter(Map<QuotaEntity.Type, Match> matches, boolean strict) {
  private static final int EXACT = 0;
  private static final int DEFAULT = 1;
  private static final int ANY = 2;

  /**
   * What a part of an entity must be.
   *
   * @param name null: whatever it is
   */
  public record Match(@Nullable Name name) {}

  /**
   * A filter that makes sense.
   *
   * @throws QuotaException it does not
   */
  public QuotaFilter {
    matches = new EnumMap<>(matches.isEmpty() ? new EnumMap<>(QuotaEntity.Type.class) : matches);
    if (matches.containsKey(QuotaEntity.Type.IP) && matches.size() > 1) {
      throw new QuotaException("no entity is an address and a user or client-id");
    }
  }

  /**
   * A match by Kafka's number for its kind.
   *
   * @throws QuotaException there is none, or it has no name where it must, or one where it must not
   */
  public static Match match(int kind, @Nullable String name) {
    if ((kind == EXACT) != (name != null)) {
      throw new QuotaException("an exact match has a name, and only that");
    }
    return switch (kind) {
      case EXACT -> new Match(new Name(name));
      case DEFAULT -> new Match(Name.DEFAULT);
      case ANY -> new Match(null);
      default -> throw new QuotaException("there is no kind of match " + kind);
    };
  }

  /** Whether an entity is asked for. */
  public boolean matches(QuotaEntity entity) {
    Map<QuotaEntity.Type, Name> parts = entity.parts();
    if (strict && parts.size() != matches.size()) {
      return false;
    }
    return matches.entrySet().stream()
        .allMatch(
            each -> {
              Name found = parts.get(each.getKey());
              Name wanted = each.getValue().name();
              return found != null && (wanted == null || wanted.equals(found));
            });
  }
}
