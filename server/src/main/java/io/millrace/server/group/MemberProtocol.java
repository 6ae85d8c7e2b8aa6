package io.millrace.server.group;

import java.util.List;

/** An assignment strategy that a member supports, and what the member says under it. */
record MemberProtocol(String name, Opaque metadata) {

  static boolean supports(List<MemberProtocol> protocols, String name) {
    return protocols.stream().anyMatch(protocol -> protocol.name.equals(name));
  }
}
