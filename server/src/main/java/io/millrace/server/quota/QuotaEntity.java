package io.millrace.server.quota;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom a quota is for: users, client ids, both together, or addresses. Immutable.
 *
 * @param user null when it is for no user
 * @param clientId null when it is for no client id
 * @param ip null when it is for no address
 */
public record QuotaEntity(@Nullable Name user, @Nullable Name clientId, @Nullable Name ip) {
  /** Characters of a name that something is set for. */
  public static final int MAX_NAME = 1_000;

  /** What an entity says of. */
  public enum Type {
    USER(1, "user"),
    CLIENT_ID(2, "client-id"),
    IP(3, "ip");

    private final int code;
    private final String wireName;

    Type(int code, String wireName) {
      this.code = code;
      this.wireName = wireName;
    }

    int code() {
      return code;
    }

    /** Kafka's name. */
    public String wireName() {
      return wireName;
    }

    /**
     * The type with Kafka's name.
     *
     * @throws QuotaException there is none
     */
    public static Type of(String name) {
      for (Type type : values()) {
        if (type.wireName.equals(name)) {
          return type;
        }
      }
      throw new QuotaException("there are quotas of user, client-id and ip, none of " + name);
    }

    static Type ofCode(int code) {
      for (Type type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      throw new QuotaException("there is no type of entity " + code);
    }
  }

  /**
   * One, or all that have no quota of their own.
   *
   * @param value null: the default
   */
  public record Name(@Nullable String value) {
    /** All that have no quota of their own. */
    public static final Name DEFAULT = new Name(null);
  }

  /**
   * An entity that makes sense.
   *
   * @throws QuotaException it does not
   */
  public QuotaEntity {
    if (user == null && clientId == null && ip == null) {
      throw new QuotaException("a quota is for somebody: user, client-id or ip");
    }
    if (ip != null && (user != null || clientId != null)) {
      throw new QuotaException("a quota is for users and client ids, or for addresses, not both");
    }
    check(user);
    check(clientId);
    check(ip);
    if (ip != null && ip.value() != null && !Addresses.isAddress(ip.value())) {
      throw new QuotaException("not an address, such as 192.0.2.1 or 2001:db8::1: " + ip.value());
    }
  }

  private static void check(@Nullable Name name) {
    String value = name == null ? null : name.value();
    if (value != null && (value.isEmpty() || value.length() > MAX_NAME)) {
      throw new QuotaException("a name has 1 to " + MAX_NAME + " characters");
    }
  }

  /**
   * An entity of its parts.
   *
   * @throws QuotaException it makes no sense
   */
  public static QuotaEntity of(Map<Type, Name> parts) {
    return new QuotaEntity(parts.get(Type.USER), parts.get(Type.CLIENT_ID), parts.get(Type.IP));
  }

  /** Of what it says something. */
  public Map<Type, Name> parts() {
    Map<Type, Name> parts = new EnumMap<>(Type.class);
    putPart(parts, Type.USER, user);
    putPart(parts, Type.CLIENT_ID, clientId);
    putPart(parts, Type.IP, ip);
    return parts;
  }

  private static void putPart(Map<Type, Name> parts, Type type, @Nullable Name name) {
    if (name != null) {
      parts.put(type, name);
    }
  }

  /** Whether it can have this quota. */
  boolean mayHave(QuotaKey key) {
    return (key == QuotaKey.CONNECTION_CREATION_RATE) == (ip != null);
  }

  long weight() {
    return parts().values().stream()
        .map(Name::value)
        .filter(Objects::nonNull)
        .mapToLong(String::length)
        .sum();
  }
}
