package io.millrace.server.quota;

import io.millrace.server.quota.QuotaEntity.Name;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All quotas at one moment, and which of them somebody has. Immutable; any thread.
 *
 * <p>The first of these that has the quota in question is the one that counts: the user with the
 * client id, the user with any other client id, the user; users without a quota of their own with
 * the client id, with any other, and as such; the client id; client ids without a quota of their
 * own. Who shares a quota follows from that, too: a user's quota is for all its connections, one of
 * users without their own for each of them.
 */
public final class QuotaTable {
  /** Without quotas. */
  public static final QuotaTable EMPTY = new QuotaTable(Map.of());

  private final Map<QuotaEntity, Map<QuotaKey, Double>> entities;
  private final Set<QuotaKey> limited = EnumSet.noneOf(QuotaKey.class);

  /** Entities of addresses in the spelling that connections have. */
  private final Map<String, QuotaEntity> byAddress = new HashMap<>();

  QuotaTable(Map<QuotaEntity, Map<QuotaKey, Double>> entities) {
    this.entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
    entities.forEach(
        (entity, values) -> {
          limited.addAll(values.keySet());
          String address = entity.ip() == null ? null : entity.ip().value();
          if (address != null) {
            byAddress.put(canonical(address), entity);
          }
        });
  }

  private static String canonical(String address) {
    try {
      return Addresses.canonical(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("it was checked before", e);
    }
  }

  /** All, in the order in which they came. */
  public Map<QuotaEntity, Map<QuotaKey, Double>> all() {
    return entities;
  }

  /** Whether anybody has such a quota. */
  public boolean limits(QuotaKey key) {
    return limited.contains(key);
  }

  /** What holds for a client; null when it has no such quota. */
  @Nullable QuotaLimit find(QuotaKey key, String user, String clientId) {
    for (Name ofUser : new Name[] {new Name(user), Name.DEFAULT}) {
      QuotaLimit found = rule(key, ofUser, new Name(clientId), user, clientId);
      found = found != null ? found : rule(key, ofUser, Name.DEFAULT, user, clientId);
      found = found != null ? found : rule(key, ofUser, null, user, null);
      if (found != null) {
        return found;
      }
    }
    QuotaLimit found = rule(key, null, new Name(clientId), null, clientId);
    return found != null ? found : rule(key, null, Name.DEFAULT, null, clientId);
  }

  private @Nullable QuotaLimit rule(
      QuotaKey key,
      @Nullable Name ofUser,
      @Nullable Name ofClient,
      @Nullable String user,
      @Nullable String clientId) {
    if (isUnsettable(ofUser) || isUnsettable(ofClient)) {
      return null;
    }
    QuotaEntity entity = new QuotaEntity(ofUser, ofClient, null);
    Map<QuotaKey, Double> values = entities.get(entity);
    Double bound = values == null ? null : values.get(key);
    return bound == null ? null : new QuotaLimit(key, entity, user, clientId, bound);
  }

  /** Clients may have names for which nothing can be set. */
  private static boolean isUnsettable(@Nullable Name name) {
    String value = name == null ? null : name.value();
    return value != null && (value.isEmpty() || value.length() > QuotaEntity.MAX_NAME);
  }

  /**
   * What holds for an address; null when there is no quota of its connections.
   *
   * @param address as {@link java.net.InetAddress#getHostAddress} says it
   */
  @Nullable QuotaLimit findAddress(String address) {
    QuotaKey key = QuotaKey.CONNECTION_CREATION_RATE;
    QuotaEntity own = byAddress.get(address);
    QuotaEntity entity = own != null ? own : new QuotaEntity(null, null, Name.DEFAULT);
    Map<QuotaKey, Double> values = entities.get(entity);
    Double bound = values == null ? null : values.get(key);
    return bound == null ? null : new QuotaLimit(key, entity, null, address, bound);
  }
}
