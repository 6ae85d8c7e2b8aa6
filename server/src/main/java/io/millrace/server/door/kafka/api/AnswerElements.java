package io.millrace.server.door.kafka.api;

import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnPartitionResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnTopicResult;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TopicData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.ShareAcknowledgeTopicResponse;

/**
 * New elements for the answers to requests that name topics, groups or partitions. The client
 * library collects these elements in hash tables, though all that is done with them here is to
 * write them in order; with its own hash codes, who asks for thousands of names of equal hash codes
 * would hold the thread that answers for minutes. The elements made here have a hash code for each
 * object.
 */
public final class AnswerElements {
  private AnswerElements() {}

  public static MetadataResponseTopic metadataTopic() {
    return new MetadataResponseTopic() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static DescribeTopicPartitionsResponseTopic describedTopic() {
    return new DescribeTopicPartitionsResponseTopic() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static DeletableTopicResult deletedTopic() {
    return new DeletableTopicResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static ShareAcknowledgeTopicResponse acknowledgedTopic() {
    return new ShareAcknowledgeTopicResponse() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static AlterShareGroupOffsetsResponseTopic topicOfAlteredShareOffsets() {
    return new AlterShareGroupOffsetsResponseTopic() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static DeletableGroupResult deletedGroup() {
    return new DeletableGroupResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static DeleteRecordsTopicResult topicOfDeletedRecords() {
    return new DeleteRecordsTopicResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static DeleteRecordsPartitionResult partitionOfDeletedRecords() {
    return new DeleteRecordsPartitionResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static CreatableTopicResult createdTopic() {
    return new CreatableTopicResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static OffsetForLeaderTopicResult topicOfEpochs() {
    return new OffsetForLeaderTopicResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static TopicProduceResponse producedTopic() {
    return new TopicProduceResponse() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static AddPartitionsToTxnTopicResult topicInTransaction() {
    return new AddPartitionsToTxnTopicResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static AddPartitionsToTxnPartitionResult partitionInTransaction() {
    return new AddPartitionsToTxnPartitionResult() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static TopicData topicOfTransaction() {
    return new TopicData() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }

  public static OffsetDeleteResponseTopic topicOfDeletedOffsets() {
    return new OffsetDeleteResponseTopic() {
      @Override
      public int hashCode() {
        return System.identityHashCode(this);
      }
    };
  }
}
