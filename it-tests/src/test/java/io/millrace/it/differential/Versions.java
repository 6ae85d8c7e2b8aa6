package io.millrace.it.differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.ApiKeys;

/** The versions of each API that both servers announce and our client library can speak. */
final class Versions {
  private final Map<ApiKeys, List<Short>> common;

  private Versions(Map<ApiKeys, List<Short>> common) {
    this.common = common;
  }

  static Versions of(int onePort, int otherPort) throws IOException {
    Map<ApiKeys, List<Short>> one = announced(onePort);
    Map<ApiKeys, List<Short>> common = announced(otherPort);
    common.forEach(
        (api, versions) -> versions.retainAll(Objects.requireNonNull(one.get(api), api::name)));
    return new Versions(common);
  }

  /** What a server announces. */
  static Map<ApiKeys, List<Short>> announced(int port) throws IOException {
    Map<ApiKeys, List<Short>> all = new EnumMap<>(ApiKeys.class);
    for (JsonNode each : ask(port, ApiKeys.API_VERSIONS, "{}").path("apiKeys")) {
      int id = each.get("apiKey").asInt();
      if (ApiKeys.hasId(id)) {
        ApiKeys api = ApiKeys.forId(id);
        List<Short> versions = new ArrayList<>();
        for (short version : api.allVersions()) {
          if (version >= each.get("minVersion").asInt()
              && version <= each.get("maxVersion").asInt()
              && api.isVersionSupported(version)) {
            versions.add(version);
          }
        }
        all.put(api, versions);
      }
    }
    return all;
  }

  /** Asks one request in version 0. */
  static JsonNode ask(int port, ApiKeys api, String fields) throws IOException {
    Step step =
        new Step("ask", 1, api, Step.Kind.ASK, (short) 0, Short.MAX_VALUE, fields, Map.of());
    try (Peer peer = new Peer(port)) {
      return peer.take(step, (short) 0, 0);
    }
  }

  /** How many there are of an API. */
  int count(ApiKeys api) {
    return Objects.requireNonNull(common.get(api), api::name).size();
  }

  /**
   * The version for a run: the newest in the first, and so on; the oldest in the later ones. What
   * captures something is asked in a version that has it.
   */
  short of(Step step, int run) {
    short version =
        Objects.requireNonNull(common.get(step.api()))
            .get(Math.max(0, count(step.api()) - 1 - run));
    return step.captures().isEmpty() ? version : (short) Math.max(version, step.minVersion());
  }

  /** All of them, as they are named in the test. */
  Set<String> all() {
    Set<String> all = new TreeSet<>();
    common.forEach((api, versions) -> versions.forEach(each -> all.add(api + " " + each)));
    return all;
  }
}
