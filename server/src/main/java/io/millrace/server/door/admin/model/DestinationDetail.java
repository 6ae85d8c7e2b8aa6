package io.millrace.server.door.admin.model;

import io.millrace.server.door.admin.port.PartitionStats;
import java.util.List;

/** One destination: its row, its lasting id, and each of its partitions. */
public record DestinationDetail(DestinationRow row, String id, List<PartitionStats> partitions) {}
