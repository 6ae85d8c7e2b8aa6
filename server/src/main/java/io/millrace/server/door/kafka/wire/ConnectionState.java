package io.millrace.server.door.kafka.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What APIs remember for one connection: each may keep one object of a type of its own. Closed with
 * the connection. Used on its event loop only.
 */
public final class ConnectionState {

  /** Something that ends with its connection. */
  public interface Part {
    void close();
  }

  private final Map<Class<?>, Part> parts = new HashMap<>();

  /** The part of this type, made when there is none yet. */
  public <P extends Part> P get(Class<P> type, Supplier<P> maker) {
    return type.cast(parts.computeIfAbsent(type, key -> maker.get()));
  }

  void close() {
    parts.values().forEach(Part::close);
    parts.clear();
  }
}
