package io.millrace.server.security.acl;

/** A rule that cannot be, or one too many; in words for the one who asked. */
public final class AclException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public AclException(String message) {
    super(message);
  }
}
