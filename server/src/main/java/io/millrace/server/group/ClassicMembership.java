package io.millrace.server.group;

import java.util.List;

/**
 * What is known besides of a member of a consumer group that goes on to speak the classic protocol
 * after the group was upgraded (KIP-848). Immutable.
 *
 * @param sessionTimeoutMs that it asked for, in milliseconds
 * @param protocols strategies that it supports, with what it says under each; not empty
 */
record ClassicMembership(int sessionTimeoutMs, List<MemberProtocol> protocols) {
  ClassicMembership {
    protocols = List.copyOf(protocols);
  }
}
