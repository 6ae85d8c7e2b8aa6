package io.millrace.server.security.user;

import java.util.List;

/**
 * What is to become of a user. Immutable.
 *
 * @param condition what must be true before
 * @param upserts credentials that are set
 * @param deletions mechanisms whose credentials are taken away; each must be there
 */
public record UserChange(
    String name,
    Condition condition,
    List<ScramCredential> upserts,
    List<ScramMechanism> deletions) {
  private static final int MAX_NAME = 255;

  /** Whether the user is there. */
  public enum Condition {
    ANY,
    NEW,
    KNOWN
  }

  /**
   * @throws UserException when the name cannot be one
   */
  public UserChange {
    upserts = List.copyOf(upserts);
    deletions = List.copyOf(deletions);
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new UserException(
          UserException.Reason.INVALID,
          "the name of a user has 1 to " + MAX_NAME + " characters, not " + name.length());
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new UserException(
          UserException.Reason.INVALID, "the name of a user has no control characters");
    }
  }
}
