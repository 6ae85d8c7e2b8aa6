package io.millrace.server.quota;

import org.jspecify.annotations.Nullable;

/**
 * What holds for somebody.
 *
 * @param entity whose quota it is
 * @param user whose use counts; null for every user's
 * @param client the client id, or the address, whose use counts; null for every client id's
 * @param bound for each second, or percent of one thread
 */
record QuotaLimit(
    QuotaKey key,
    QuotaEntity entity,
    @Nullable String user,
    @Nullable String client,
    double bound) {

  /** Longer names are not remembered one by one. */
  private static final int MAX_REMEMBERED = 255;

  /**
   * Whose use is counted together.
   *
   * @param entity null unless it is one count for all that a quota is for
   */
  record Bucket(
      QuotaKey key, @Nullable QuotaEntity entity, @Nullable String user, @Nullable String client) {}

  /** Who shares it, as far as that is remembered. */
  Bucket bucket() {
    return isLong(user) || isLong(client) ? shared() : new Bucket(key, null, user, client);
  }

  /** One count for all that the quota is for. */
  Bucket shared() {
    return new Bucket(key, entity, null, null);
  }

  private static boolean isLong(@Nullable String name) {
    return name != null && name.length() > MAX_REMEMBERED;
  }
}
