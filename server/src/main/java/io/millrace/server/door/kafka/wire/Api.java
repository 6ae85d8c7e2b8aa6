package io.millrace.server.door.kafka.wire;

import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;

/**
 * One API that is served: which versions, and by whom.
 *
 * @param minVersion lowest version that is served
 * @param maxVersion highest version that is served
 * @param pipelined whether a request may start while earlier ones of the same API on the same
 *     connection are in the works; all others start when every earlier request is answered, as
 *     clients know it from Kafka
 * @param type the class of its parsed requests
 */
public record Api<T extends AbstractRequest>(
    ApiKeys key,
    short minVersion,
    short maxVersion,
    boolean pipelined,
    Class<T> type,
    RequestHandler<T> handler) {

  public Api {
    if (minVersion > maxVersion || !key.isVersionSupported(maxVersion)) {
      throw new IllegalArgumentException(
          key + " has no versions " + minVersion + " to " + maxVersion);
    }
  }

  boolean serves(short version) {
    return version >= minVersion && version <= maxVersion && key.isVersionSupported(version);
  }

  void handle(AbstractRequest request, Exchange exchange) {
    handler.handle(type.cast(request), exchange);
  }
}
