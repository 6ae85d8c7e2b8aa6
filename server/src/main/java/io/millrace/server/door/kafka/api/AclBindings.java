package io.millrace.server.door.kafka.api;

import io.millrace.server.security.acl.AclException;
import io.millrace.server.security.acl.AclRule;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.message.CreateAclsRequestData.AclCreation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/** Access rules in the client library's words, and back. Pure. */
final class AclBindings {
  private AclBindings() {}

  static AclBinding of(AclRule rule) {
    return new AclBinding(
        new ResourcePattern(
            org.apache.kafka.common.resource.ResourceType.fromCode((byte) rule.type().code()),
            rule.name(),
            rule.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL),
        new AccessControlEntry(
            rule.principal(),
            rule.host(),
            AclOperation.fromCode((byte) rule.operation().code()),
            rule.allow() ? AclPermissionType.ALLOW : AclPermissionType.DENY));
  }

  /**
   * The rule that somebody wants.
   *
   * @throws AclException it cannot be one
   */
  static AclRule toRule(AclCreation wanted) {
    PatternType pattern = PatternType.fromCode(wanted.resourcePatternType());
    AclPermissionType permission = AclPermissionType.fromCode(wanted.permissionType());
    if (!pattern.isSpecific()) {
      throw new AclException("a rule is for a literal or a prefixed name, not for " + pattern);
    }
    if (permission != AclPermissionType.ALLOW && permission != AclPermissionType.DENY) {
      throw new AclException("a rule allows or denies, and nothing else");
    }
    return new AclRule(
        ResourceType.ofCode(wanted.resourceType())
            .orElseThrow(
                () -> new AclException("there is no type of resource " + wanted.resourceType())),
        wanted.resourceName(),
        pattern == PatternType.PREFIXED,
        wanted.principal(),
        wanted.host(),
        Operation.ofCode(wanted.operation())
            .orElseThrow(() -> new AclException("there is no operation " + wanted.operation())),
        permission == AclPermissionType.ALLOW);
  }
}
