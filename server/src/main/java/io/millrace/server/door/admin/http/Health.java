package io.millrace.server.door.admin.http;

import java.util.Optional;

/** How the server is, for those who watch over it. Safe for use from any thread. */
public interface Health {

  /** Why the process should be restarted, or empty while it works. */
  Optional<String> notLive();

  /** Why clients should not be sent here now, or empty when they may. */
  Optional<String> notReady();

  /** Whether everything was recovered and the doors were opened, once. */
  boolean started();
}
