package io.millrace.server.boot;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/** Objects that exist before the container does and can be injected like its own. */
final class Given implements Extension {
  private final Map<Class<?>, Object> objects = new LinkedHashMap<>();

  <T> Given with(Class<T> type, T object) {
    objects.put(type, object);
    return this;
  }

  void add(@Observes AfterBeanDiscovery event) {
    objects.forEach(
        (type, object) ->
            event
                .addBean()
                .types(type, Object.class)
                .scope(Singleton.class)
                .createWith(context -> object));
  }
}
