package io.millrace.server.cursor;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The memory of all windows of a shard. Windows are caches of the log, so when they need too much
 * together, those that were used longest ago are emptied and read again when their consumers go on.
 * The shard's thread.
 */
final class WindowMemory {
  private final long budget;
  private final Map<Window, Window> byUse = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  WindowMemory(long budget) {
    this.budget = budget;
  }

  /** Bytes of all windows. */
  long bytes() {
    return bytes;
  }

  /** A window has grown: others make room for it, as far as there are others. */
  void grown(Window window, long by) {
    bytes += by;
    byUse.put(window, window);
    Iterator<Window> eldest = byUse.keySet().iterator();
    while (bytes > budget && byUse.size() > 1) {
      Window next = eldest.next();
      eldest.remove();
      bytes -= next.forget();
    }
  }

  /** A window has become smaller. */
  void shrunk(Window window, long by) {
    bytes -= by;
    if (window.isEmpty()) {
      byUse.remove(window);
    }
  }
}
