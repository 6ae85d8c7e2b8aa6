package io.millrace.server.door.kafka.wire;

import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.jspecify.annotations.Nullable;

/** Finds in an answer what an error in it is about, for the log. */
final class Reasons {
  private Reasons() {}

  /**
   * The first partition or topic with this error, and why it has it; what the error is called
   * otherwise.
   */
  static String of(AbstractResponse answer, Errors error) {
    String found = null;
    if (answer instanceof ProduceResponse produced) {
      found = ofProduce(produced.data(), error);
    } else if (answer instanceof FetchResponse fetched) {
      found = ofFetch(fetched.data(), error);
    } else if (answer instanceof CreateTopicsResponse created) {
      found = ofCreateTopics(created.data(), error);
    } else if (answer instanceof MetadataResponse metadata) {
      found = ofMetadata(metadata.data(), error);
    }
    return found == null ? error.message() : found;
  }

  private static @Nullable String ofProduce(ProduceResponseData data, Errors error) {
    for (var topic : data.responses()) {
      for (var partition : topic.partitionResponses()) {
        if (partition.errorCode() == error.code()) {
          String why = partition.errorMessage();
          return nameOf(topic.name(), topic.topicId(), partition.index())
              + ": "
              + (why == null ? error.message() : why);
        }
      }
    }
    return null;
  }

  private static @Nullable String ofFetch(FetchResponseData data, Errors error) {
    for (var topic : data.responses()) {
      for (var partition : topic.partitions()) {
        if (partition.errorCode() == error.code()) {
          return nameOf(topic.topic(), topic.topicId(), partition.partitionIndex())
              + ": "
              + error.message();
        }
      }
    }
    return null;
  }

  private static @Nullable String ofCreateTopics(CreateTopicsResponseData data, Errors error) {
    for (var topic : data.topics()) {
      if (topic.errorCode() == error.code()) {
        String why = topic.errorMessage();
        return nameOf(topic.name()) + ": " + (why == null ? error.message() : why);
      }
    }
    return null;
  }

  private static @Nullable String ofMetadata(MetadataResponseData data, Errors error) {
    for (var topic : data.topics()) {
      if (topic.errorCode() == error.code()) {
        return nameOf(topic.name()) + ": " + error.message();
      }
    }
    return null;
  }

  /** It may be no name at all. */
  private static String nameOf(@Nullable String topic) {
    return topic == null ? "a topic without a name" : "topic \"" + topic + "\"";
  }

  /** Newer versions name topics by their ids only. */
  private static String nameOf(@Nullable String topic, Object id, int partition) {
    return (topic == null || topic.isEmpty() ? "topic id " + id : topic) + "-" + partition;
  }
}
