package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.security.acl.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AlterClientQuotasRequest;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.AlterUserScramCredentialsRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.CreateAclsRequest;
import org.apache.kafka.common.requests.DeleteAclsRequest;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.apache.kafka.common.requests.DescribeClientQuotasRequest;
import org.apache.kafka.common.requests.DescribeClusterRequest;
import org.apache.kafka.common.requests.DescribeLogDirsRequest;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsRequest;
import org.apache.kafka.common.requests.ElectLeadersRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.requests.ListPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which guard stands before which API. One without a guard is for who has ClusterAction on the
 * cluster, as other brokers have with Kafka, and for super users: what nobody has thought about is
 * not open.
 */
public final class GuardTable {

  private record Entry<T extends AbstractRequest>(Class<T> type, Guard<T> guard) {
    boolean admit(AbstractRequest request, Exchange exchange) {
      return guard.admit(type.cast(request), exchange, exchange.grants());
    }
  }

  private static final Entry<AbstractRequest> OF_THE_CLUSTER =
      new Entry<>(AbstractRequest.class, Denials.cluster(Operation.CLUSTER_ACTION));

  private final Map<ApiKeys, Entry<?>> guards = new EnumMap<>(ApiKeys.class);

  /** All guards. */
  public GuardTable(CatalogView catalog, boolean autoCreate) {
    // Connections
    put(ApiKeys.API_VERSIONS, ApiVersionsRequest.class, Denials.nothing());
    put(ApiKeys.SASL_HANDSHAKE, SaslHandshakeRequest.class, Denials.nothing());
    put(ApiKeys.SASL_AUTHENTICATE, SaslAuthenticateRequest.class, Denials.nothing());

    // The partitions of a fetch are those of its session: they are checked when they are looked up.
    put(ApiKeys.FETCH, FetchRequest.class, Denials.nothing());
    new RecordGuards(catalog).putInto(this);
    new TransactionGuards(catalog).putInto(this);
    new TopicGuards(catalog, autoCreate).putInto(this);
    new ConfigGuards(catalog).putInto(this);
    new GroupGuards(catalog).putInto(this);
    ShareGuards.putInto(this);

    // Cluster
    put(
        ApiKeys.DESCRIBE_CLUSTER,
        DescribeClusterRequest.class,
        (request, exchange, grants) -> {
          ClusterOperations.mask(exchange, grants);
          return true;
        });
    put(
        ApiKeys.LIST_CONFIG_RESOURCES,
        ListConfigResourcesRequest.class,
        Denials.cluster(Operation.DESCRIBE_CONFIGS));
    put(
        ApiKeys.DESCRIBE_LOG_DIRS,
        DescribeLogDirsRequest.class,
        Denials.cluster(Operation.DESCRIBE));
    put(ApiKeys.ELECT_LEADERS, ElectLeadersRequest.class, Denials.cluster(Operation.ALTER));
    put(
        ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
        AlterPartitionReassignmentsRequest.class,
        Denials.cluster(Operation.ALTER));
    put(
        ApiKeys.LIST_PARTITION_REASSIGNMENTS,
        ListPartitionReassignmentsRequest.class,
        Denials.cluster(Operation.DESCRIBE));

    // Users and rules
    put(ApiKeys.DESCRIBE_ACLS, DescribeAclsRequest.class, Denials.cluster(Operation.DESCRIBE));
    put(ApiKeys.CREATE_ACLS, CreateAclsRequest.class, Denials.cluster(Operation.ALTER));
    put(ApiKeys.DELETE_ACLS, DeleteAclsRequest.class, Denials.cluster(Operation.ALTER));
    put(
        ApiKeys.DESCRIBE_USER_SCRAM_CREDENTIALS,
        DescribeUserScramCredentialsRequest.class,
        Denials.cluster(Operation.DESCRIBE));
    put(
        ApiKeys.ALTER_USER_SCRAM_CREDENTIALS,
        AlterUserScramCredentialsRequest.class,
        Denials.cluster(Operation.ALTER));
    put(
        ApiKeys.DESCRIBE_CLIENT_QUOTAS,
        DescribeClientQuotasRequest.class,
        Denials.cluster(Operation.DESCRIBE_CONFIGS));
    put(
        ApiKeys.ALTER_CLIENT_QUOTAS,
        AlterClientQuotasRequest.class,
        Denials.cluster(Operation.ALTER_CONFIGS));
  }

  <T extends AbstractRequest> void put(ApiKeys key, Class<T> type, Guard<T> guard) {
    guards.put(key, new Entry<>(type, guard));
  }

  /** The APIs that have a guard. */
  public Set<ApiKeys> keys() {
    return guards.keySet();
  }

  /** The handler behind its guard. */
  public <T extends AbstractRequest> RequestHandler<T> guarded(
      ApiKeys key, RequestHandler<T> handler) {
    @Nullable Entry<?> found = guards.get(key);
    Entry<?> guard = found == null ? OF_THE_CLUSTER : found;
    return (request, exchange) -> {
      if (guard.admit(request, exchange)) {
        handler.handle(request, exchange);
      }
    };
  }
}
