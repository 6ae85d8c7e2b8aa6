package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.fetch.FetchSession;
import io.millrace.server.door.kafka.fetch.FetchTarget;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/** Puts together the response to a fetch: in a session, only what is news to the client. */
final class FetchAnswer {
  private final FetchSession session;

  FetchAnswer(FetchSession session) {
    this.session = session;
  }

  FetchResponse of(List<FetchedPartition> partitions) {
    FetchResponseData response = new FetchResponseData().setSessionId(session.id());
    FetchableTopicResponse topic = null;
    for (FetchedPartition partition : partitions) {
      PartitionData answer = partition.answer();
      if (!session.tells(partition.target(), answer)) {
        continue;
      }
      FetchTarget.Key key = partition.target().key();
      if (topic == null || !isOf(topic, key)) {
        topic = new FetchableTopicResponse().setTopic(key.topicName()).setTopicId(key.topicId());
        response.responses().add(topic);
      }
      topic.partitions().add(answer);
    }
    return FetchResponse.of(response);
  }

  private static boolean isOf(@Nullable FetchableTopicResponse topic, FetchTarget.Key key) {
    return topic != null
        && topic.topicId().equals(key.topicId())
        && topic.topic().equals(key.topicName());
  }
}
