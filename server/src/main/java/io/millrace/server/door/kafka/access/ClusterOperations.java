package io.millrace.server.door.kafka.access;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import org.apache.kafka.common.requests.DescribeClusterResponse;

/** What a client may do with the cluster, as far as it may know (KIP-430). */
final class ClusterOperations {
  /** In an answer to a request that does not ask for operations. */
  static final int NOT_ASKED = Integer.MIN_VALUE;

  private ClusterOperations() {}

  /** All that there are, without what is not allowed. */
  static int allowed(int operations, Grants grants) {
    if (operations == NOT_ASKED) {
      return operations;
    }
    int allowed = grants.operations(ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
    return (allowed & Operation.DESCRIBE.bit()) == 0 ? 0 : operations & allowed;
  }

  static void mask(Exchange exchange, Grants grants) {
    exchange.amend(
        answer -> {
          if (answer instanceof DescribeClusterResponse described) {
            described
                .data()
                .setClusterAuthorizedOperations(
                    allowed(described.data().clusterAuthorizedOperations(), grants));
          }
        });
  }
}
