package io.millrace.server.door.kafka.share;

import org.apache.kafka.common.Uuid;

/** How the requests of share groups name a partition. */
public record SharePartition(Uuid topicId, int partition) {}
