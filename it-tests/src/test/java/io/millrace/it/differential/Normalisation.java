package io.millrace.it.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;

/**
 * Takes out of answers what two servers cannot have in common: ids, which get the names under which
 * they were captured, ports, the words of messages, and the order of what has none.
 */
final class Normalisation {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Each server's own. */
  private static final Set<String> OWN =
      Set.of(
          "port",
          "clusterId",
          "logDir",
          "usableBytes",
          "totalBytes",
          "lastTimestamp",
          "transactionStartTimeMs");

  /** Words; only whether there are any is compared. */
  private static final Set<String> WORDS = Set.of("errorMessage", "batchIndexErrorMessage");

  /** Lists whose order says something. */
  private static final Set<String> ORDERED = Set.of("records", "batch", "replicaNodes");

  /** Before this test was written, and after the times of its records. */
  private static final long LONG_AGO = 1_720_000_000_000L;

  private static final int SHORTEST_ID = 8;

  private Normalisation() {}

  /**
   * An answer as it is compared.
   *
   * @param captured what was captured from the same server's answers
   */
  static JsonNode of(JsonNode answer, Map<String, JsonNode> captured) {
    return normal("", answer, captured);
  }

  private static JsonNode normal(String name, JsonNode node, Map<String, JsonNode> captured) {
    if (node instanceof ObjectNode object) {
      ObjectNode normal = NODES.objectNode();
      object
          .properties()
          .forEach(
              field ->
                  normal.set(field.getKey(), normal(field.getKey(), field.getValue(), captured)));
      return normal;
    }
    if (node instanceof ArrayNode array) {
      List<JsonNode> elements = new ArrayList<>();
      array.forEach(each -> elements.add(normal(name, each, captured)));
      if (!ORDERED.contains(name)) {
        elements.sort(
            Comparator.comparing(Differences::identity).thenComparing(JsonNode::toString));
      }
      return NODES.arrayNode().addAll(elements);
    }
    if (node.isNull()) {
      return node;
    }
    if (OWN.contains(name)) {
      return NODES.textNode("<" + name + ">");
    }
    if (WORDS.contains(name)) {
      return NODES.textNode("<text>");
    }
    return scalar(name, node, captured);
  }

  private static JsonNode scalar(String name, JsonNode node, Map<String, JsonNode> captured) {
    for (Map.Entry<String, JsonNode> each : captured.entrySet()) {
      JsonNode value = each.getValue();
      boolean id =
          value.isTextual()
              ? value.asText().length() >= SHORTEST_ID
              : value.isNumber()
                  && (name.endsWith("roducerId") || name.equals("sessionId"))
                  && value.asLong() > 0;
      if (id && value.asText().equals(node.asText())) {
        return NODES.textNode("<" + each.getKey() + ">");
      }
    }
    if (name.equals("logAppendTimeMs") && node.asLong() > LONG_AGO) {
      return NODES.textNode("<now>");
    }
    if (name.endsWith("opicId") && !node.asText().equals(Uuid.ZERO_UUID.toString())) {
      return NODES.textNode("<topicId>");
    }
    return node;
  }
}
