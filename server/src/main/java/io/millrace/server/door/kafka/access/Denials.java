package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.jspecify.annotations.Nullable;

/** What guards have in common. Pure, but for the exchanges that are answered. */
final class Denials {
  private Denials() {}

  /** The whole request is refused unless its sender may do this with the cluster. */
  static <T extends AbstractRequest> Guard<T> cluster(Operation operation) {
    return (request, exchange, grants) ->
        grants.allows(operation) || refuse(exchange, Errors.CLUSTER_AUTHORIZATION_FAILED);
  }

  static <T extends AbstractRequest> Guard<T> nothing() {
    return (request, exchange, grants) -> true;
  }

  /** Answers with an error for all that was asked. Returns false, for guards. */
  static boolean refuse(Exchange exchange, Errors error) {
    exchange.fail(error);
    return false;
  }

  static boolean group(Exchange exchange, Grants grants, Operation operation, String group) {
    return grants.allows(operation, ResourceType.GROUP, group)
        || refuse(exchange, Errors.GROUP_AUTHORIZATION_FAILED);
  }

  static boolean transaction(Exchange exchange, Grants grants, Operation operation, String id) {
    return grants.allows(operation, ResourceType.TRANSACTIONAL_ID, id)
        || refuse(exchange, Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  }

  static boolean topic(Grants grants, Operation operation, @Nullable String name) {
    // What has no name is no topic either, and its handler says so.
    return name == null || grants.allows(operation, ResourceType.TOPIC, name);
  }

  static boolean sees(Grants grants, String topic) {
    return grants.sees(Operation.DESCRIBE, ResourceType.TOPIC, topic);
  }

  /** The right to create a topic can be had for the topic, or for the cluster. */
  static boolean mayCreate(Grants grants, String topic) {
    return grants.sees(Operation.CREATE, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME)
        || grants.allows(Operation.CREATE, ResourceType.TOPIC, topic);
  }

  /** The name of a topic that a request names by name or id; null where there is none. */
  static @Nullable String nameOf(CatalogView catalog, Uuid id, @Nullable String name) {
    if (id.equals(Uuid.ZERO_UUID)) {
      return name;
    }
    Topic topic = catalog.find(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
    return topic == null ? null : topic.name();
  }

  /** Takes elements out of a request, in one pass however many they are. */
  static <E> List<E> takeOut(Collection<E> asked, Predicate<E> allowed) {
    List<E> denied = new ArrayList<>(0);
    asked.removeIf(
        each -> {
          boolean out = !allowed.test(each);
          if (out) {
            denied.add(each);
          }
          return out;
        });
    return denied;
  }

  /** Both lists as one; the first may be one that cannot be added to. */
  static <E> List<E> joined(List<E> first, List<E> second) {
    List<E> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
