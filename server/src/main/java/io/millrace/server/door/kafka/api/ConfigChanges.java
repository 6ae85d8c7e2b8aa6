package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Reply;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Changes settings of topics and groups, or only checks whether they could be: what the APIs that
 * do so have in common. Any thread.
 */
final class ConfigChanges {
  private final Broker broker;

  ConfigChanges(Broker broker) {
    this.broker = broker;
  }

  /** Of two requests for one resource it cannot be told which one is meant. */
  static RuntimeException namedSeveralTimes() {
    return Errors.INVALID_REQUEST.exception("the resource is named several times");
  }

  /** The value that a setting is to have, which must be there. */
  static String given(String name, @Nullable String value) {
    if (value == null) {
      throw Errors.INVALID_REQUEST.exception(name + " has no value");
    }
    return value;
  }

  /** Adds a change to others. */
  static void add(Map<String, @Nullable String> changes, String name, @Nullable String value) {
    if (changes.containsKey(name)) {
      throw Errors.INVALID_REQUEST.exception(name + " is changed several times");
    }
    changes.put(name, value);
  }

  /**
   * Changes the settings of a topic or a group.
   *
   * @param topicChanges what to change of a topic: null takes a setting back to its default. What
   *     it throws is a failure
   * @param groupChanges the same of a group of that id
   * @param validateOnly only checks
   * @param reply answered when the change is durable
   */
  void make(
      ConfigResource resource,
      Function<Topic, Map<String, @Nullable String>> topicChanges,
      Function<String, Map<String, @Nullable String>> groupChanges,
      boolean validateOnly,
      Reply<Object> reply) {
    try {
      switch (resource.type()) {
        case TOPIC -> {
          Topic topic = Topics.get(broker.catalog(), Uuid.ZERO_UUID, resource.name());
          Map<String, @Nullable String> all = topicChanges.apply(topic);
          if (validateOnly) {
            broker.validateTopicConfig(topic.id(), all, of(reply));
          } else {
            broker.alterTopicConfig(topic.id(), all, of(reply));
          }
        }
        case GROUP ->
            broker.alterGroupSettings(
                resource.name(), groupChanges.apply(resource.name()), validateOnly, of(reply));
        default ->
            throw Errors.INVALID_REQUEST.exception(
                "only settings of topics and groups can be changed; the broker's are set where it"
                    + " is started");
      }
    } catch (RuntimeException e) {
      reply.fail(e);
    }
  }

  private static <R> Reply<R> of(Reply<Object> reply) {
    return new Reply<>() {
      @Override
      public void ok(R changed) {
        reply.ok("done");
      }

      @Override
      public void fail(RuntimeException error) {
        reply.fail(error);
      }
    };
  }
}
