package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.List;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.AlterConfigsResponse;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;

/** Before what shows and changes settings. */
final class ConfigGuards {
  private final DeadLetterGuard deadLetters;

  ConfigGuards(CatalogView catalog) {
    this.deadLetters = new DeadLetterGuard(catalog);
  }

  void putInto(GuardTable table) {
    table.put(ApiKeys.DESCRIBE_CONFIGS, DescribeConfigsRequest.class, ConfigGuards::describe);
    table.put(ApiKeys.ALTER_CONFIGS, AlterConfigsRequest.class, this::alter);
    table.put(
        ApiKeys.INCREMENTAL_ALTER_CONFIGS,
        IncrementalAlterConfigsRequest.class,
        this::alterIncrementally);
  }

  /** Whether something may be done with the settings of a topic, a group or the broker. */
  private static boolean allows(Grants grants, Operation operation, byte type, String name) {
    return switch (ConfigResource.Type.forId(type)) {
      case TOPIC -> grants.allows(operation, ResourceType.TOPIC, name);
      case GROUP -> grants.allows(operation, ResourceType.GROUP, name);
      default -> grants.allows(operation);
    };
  }

  private static Errors errorOf(byte type) {
    return switch (ConfigResource.Type.forId(type)) {
      case TOPIC -> Errors.TOPIC_AUTHORIZATION_FAILED;
      case GROUP -> Errors.GROUP_AUTHORIZATION_FAILED;
      default -> Errors.CLUSTER_AUTHORIZATION_FAILED;
    };
  }

  private static boolean describe(
      DescribeConfigsRequest request, Exchange exchange, Grants grants) {
    List<DescribeConfigsResource> denied =
        Denials.takeOut(
            request.data().resources(),
            resource ->
                allows(
                    grants,
                    Operation.DESCRIBE_CONFIGS,
                    resource.resourceType(),
                    resource.resourceName()));
    if (!denied.isEmpty()) {
      List<DescribeConfigsResult> refused =
          denied.stream()
              .map(
                  resource ->
                      new DescribeConfigsResult()
                          .setResourceType(resource.resourceType())
                          .setResourceName(resource.resourceName())
                          .setErrorCode(errorOf(resource.resourceType()).code())
                          .setErrorMessage(errorOf(resource.resourceType()).message()))
              .toList();
      exchange.amend(
          answer -> {
            var data = ((DescribeConfigsResponse) answer).data();
            data.setResults(Denials.joined(data.results(), refused));
          });
    }
    return true;
  }

  private boolean alter(AlterConfigsRequest request, Exchange exchange, Grants grants) {
    List<AlterConfigsRequestData.AlterConfigsResource> denied =
        Denials.takeOut(
            request.data().resources(),
            resource ->
                allows(
                        grants,
                        Operation.ALTER_CONFIGS,
                        resource.resourceType(),
                        resource.resourceName())
                    && resource.configs().stream()
                        .allMatch(
                            config -> deadLetters.mayBeSet(grants, config.name(), config.value())));
    if (!denied.isEmpty()) {
      List<AlterConfigsResponseData.AlterConfigsResourceResponse> refused =
          denied.stream()
              .map(
                  resource ->
                      new AlterConfigsResponseData.AlterConfigsResourceResponse()
                          .setResourceType(resource.resourceType())
                          .setResourceName(resource.resourceName())
                          .setErrorCode(errorOf(resource.resourceType()).code())
                          .setErrorMessage(errorOf(resource.resourceType()).message()))
              .toList();
      exchange.amend(
          answer -> {
            var data = ((AlterConfigsResponse) answer).data();
            data.setResponses(Denials.joined(data.responses(), refused));
          });
    }
    return true;
  }

  private boolean alterIncrementally(
      IncrementalAlterConfigsRequest request, Exchange exchange, Grants grants) {
    List<IncrementalAlterConfigsRequestData.AlterConfigsResource> denied =
        Denials.takeOut(
            request.data().resources(),
            resource ->
                allows(
                        grants,
                        Operation.ALTER_CONFIGS,
                        resource.resourceType(),
                        resource.resourceName())
                    && resource.configs().stream()
                        .allMatch(
                            config ->
                                config.configOperation() == OpType.DELETE.id()
                                    || deadLetters.mayBeSet(
                                        grants, config.name(), config.value())));
    if (!denied.isEmpty()) {
      List<IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse> refused =
          denied.stream()
              .map(
                  resource ->
                      new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse()
                          .setResourceType(resource.resourceType())
                          .setResourceName(resource.resourceName())
                          .setErrorCode(errorOf(resource.resourceType()).code())
                          .setErrorMessage(errorOf(resource.resourceType()).message()))
              .toList();
      exchange.amend(
          answer -> {
            var data = ((IncrementalAlterConfigsResponse) answer).data();
            data.setResponses(Denials.joined(data.responses(), refused));
          });
    }
    return true;
  }
}
