package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Security;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.security.acl.AclException;
import io.millrace.server.security.acl.AclRule;
import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.message.CreateAclsRequestData.AclCreation;
import org.apache.kafka.common.message.CreateAclsResponseData;
import org.apache.kafka.common.message.CreateAclsResponseData.AclCreationResult;
import org.apache.kafka.common.message.DeleteAclsResponseData;
import org.apache.kafka.common.message.DeleteAclsResponseData.DeleteAclsFilterResult;
import org.apache.kafka.common.message.DescribeAclsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.CreateAclsRequest;
import org.apache.kafka.common.requests.CreateAclsResponse;
import org.apache.kafka.common.requests.DeleteAclsRequest;
import org.apache.kafka.common.requests.DeleteAclsResponse;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.apache.kafka.common.requests.DescribeAclsResponse;
import org.jspecify.annotations.Nullable;

/**
 * Shows, adds and takes away access rules (KIP-140, KIP-290). Where no rules are looked up
 * (acl.mode) there are none to be shown either: that would promise what is not kept.
 */
public final class AclHandlers {
  private static final String OFF = "this server checks no access rules (acl.mode)";

  /** Each is held against every rule. */
  private static final int MAX_FILTERS = 100;

  private final Security security;
  private final boolean enabled;

  public AclHandlers(Security security, boolean enabled) {
    this.security = security;
    this.enabled = enabled;
  }

  private boolean isOff(Exchange exchange) {
    if (!enabled) {
      exchange.fail(Errors.SECURITY_DISABLED.exception(OFF));
    }
    return !enabled;
  }

  /** Shows the rules that a filter matches. */
  public void describe(DescribeAclsRequest request, Exchange exchange) {
    if (isOff(exchange)) {
      return;
    }
    AclBindingFilter filter = request.filter();
    if (filter.isUnknown()) {
      exchange.fail(Errors.INVALID_REQUEST.exception("the filter names something unknown"));
      return;
    }
    List<AclBinding> found = new ArrayList<>();
    for (AclRule rule : security.acls().all()) {
      AclBinding binding = AclBindings.of(rule);
      if (filter.matches(binding)) {
        found.add(binding);
      }
    }
    exchange.reply(
        new DescribeAclsResponse(
            new DescribeAclsResponseData()
                .setErrorMessage(null)
                .setResources(DescribeAclsResponse.aclsResources(found)),
            exchange.version()));
  }

  /** Adds rules. One that cannot be is refused by itself. */
  public void create(CreateAclsRequest request, Exchange exchange) {
    if (isOff(exchange)) {
      return;
    }
    List<AclRule> rules = new ArrayList<>();
    List<AclCreationResult> results = new ArrayList<>();
    List<AclCreationResult> taken = new ArrayList<>();
    for (AclCreation wanted : request.aclCreations()) {
      AclCreationResult result = new AclCreationResult().setErrorMessage(null);
      results.add(result);
      try {
        rules.add(AclBindings.toRule(wanted));
        taken.add(result);
      } catch (AclException e) {
        refused(result, Errors.INVALID_REQUEST, e.getMessage());
      }
    }
    CreateAclsResponse answer =
        new CreateAclsResponse(new CreateAclsResponseData().setResults(results));
    security.createAcls(
        rules,
        new Reply<>() {
          @Override
          public void ok(List<AclRule> added) {
            exchange.reply(answer);
          }

          @Override
          public void fail(RuntimeException error) {
            Errors code =
                error instanceof AclException
                    ? Errors.POLICY_VIOLATION
                    : WireErrors.ofCatalog(error);
            String why =
                error instanceof AclException ? error.getMessage() : WireErrors.messageOf(error);
            taken.forEach(result -> refused(result, code, why));
            exchange.reply(answer);
          }
        });
  }

  private static void refused(AclCreationResult result, Errors error, @Nullable String why) {
    result.setErrorCode(error.code()).setErrorMessage(why);
  }

  /** Takes away the rules that filters match. */
  public void delete(DeleteAclsRequest request, Exchange exchange) {
    if (isOff(exchange)) {
      return;
    }
    List<AclBindingFilter> filters = request.filters();
    if (filters.size() > MAX_FILTERS) {
      exchange.fail(
          Errors.POLICY_VIOLATION.exception("at most " + MAX_FILTERS + " filters at a time"));
      return;
    }
    Map<AclBinding, AclRule> rules = new HashMap<>();
    security.acls().all().forEach(rule -> rules.put(AclBindings.of(rule), rule));
    List<List<AclBinding>> matching = new ArrayList<>();
    Set<AclRule> unwanted = new HashSet<>();
    for (AclBindingFilter filter : filters) {
      List<AclBinding> found =
          filter.isUnknown() ? List.of() : rules.keySet().stream().filter(filter::matches).toList();
      matching.add(found);
      found.forEach(binding -> unwanted.add(rules.get(binding)));
    }
    security.deleteAcls(
        unwanted,
        new Reply<>() {
          @Override
          public void ok(List<AclRule> deleted) {
            Set<AclBinding> gone = new HashSet<>();
            deleted.forEach(rule -> gone.add(AclBindings.of(rule)));
            exchange.reply(answer(filters, matching, gone, exchange.version()));
          }

          @Override
          public void fail(RuntimeException error) {
            exchange.fail(error);
          }
        });
  }

  private static DeleteAclsResponse answer(
      List<AclBindingFilter> filters,
      List<List<AclBinding>> matching,
      Set<AclBinding> gone,
      short version) {
    DeleteAclsResponseData data = new DeleteAclsResponseData();
    for (int i = 0; i < filters.size(); i++) {
      DeleteAclsFilterResult result = new DeleteAclsFilterResult().setErrorMessage(null);
      if (filters.get(i).isUnknown()) {
        result
            .setErrorCode(Errors.INVALID_REQUEST.code())
            .setErrorMessage("the filter names something unknown");
      }
      for (AclBinding binding : matching.get(i)) {
        if (gone.contains(binding)) {
          result.matchingAcls().add(DeleteAclsResponse.matchingAcl(binding, ApiError.NONE));
        }
      }
      data.filterResults().add(result);
    }
    return new DeleteAclsResponse(data, version);
  }
}
