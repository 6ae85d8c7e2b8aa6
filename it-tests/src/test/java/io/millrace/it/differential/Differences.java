package io.millrace.it.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where two trees differ. */
final class Differences {
  private static final String ABSENT = "nothing";

  /** What tells the elements of a list apart. */
  private static final List<String> IDENTITY =
      List.of(
          "name",
          "topic",
          "topicName",
          "topicId",
          "topics",
          "partition",
          "partitionIndex",
          "partitionId",
          "index",
          "groupId",
          "group",
          "memberId",
          "transactionalId",
          "resourceType",
          "resourceName",
          "apiKey",
          "key",
          "nodeId",
          "brokerId",
          "user");

  /**
   * One difference.
   *
   * @param path the names of the fields, with dots
   * @param kafka what is there in Kafka's answer
   * @param millrace what is there in Millrace's
   */
  record Difference(String path, String kafka, String millrace) {}

  private Differences() {}

  static Set<Difference> between(JsonNode kafka, JsonNode millrace) {
    Set<Difference> found = new LinkedHashSet<>();
    compare("", kafka, millrace, found);
    return found;
  }

  /** What an element of a list is about. */
  static String identity(JsonNode element) {
    StringBuilder text = new StringBuilder();
    for (String name : IDENTITY) {
      JsonNode value = element.path(name);
      if (value.isValueNode()) {
        text.append(text.isEmpty() ? "" : " ").append(value.asText());
      }
    }
    return text.toString();
  }

  private static void compare(
      String path, @Nullable JsonNode kafka, @Nullable JsonNode millrace, Set<Difference> found) {
    if (kafka == null || millrace == null) {
      found.add(new Difference(path, text(kafka), text(millrace)));
    } else if (kafka instanceof ObjectNode one && millrace instanceof ObjectNode other) {
      Set<String> names = new TreeSet<>();
      one.fieldNames().forEachRemaining(names::add);
      other.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        compare(path.isEmpty() ? name : path + "." + name, one.get(name), other.get(name), found);
      }
    } else if (kafka instanceof ArrayNode one
        && millrace instanceof ArrayNode other
        && (objects(one) || objects(other))) {
      Map<String, JsonNode> ones = byIdentity(one);
      Map<String, JsonNode> others = byIdentity(other);
      Set<String> keys = new LinkedHashSet<>(ones.keySet());
      keys.addAll(others.keySet());
      for (String key : keys) {
        boolean both = ones.containsKey(key) && others.containsKey(key);
        compare(
            both ? path : path + "[" + key.strip() + "]", ones.get(key), others.get(key), found);
      }
    } else if (!kafka.equals(millrace)) {
      found.add(new Difference(path, text(kafka), text(millrace)));
    }
  }

  private static boolean objects(ArrayNode array) {
    return !array.isEmpty() && array.get(0).isObject();
  }

  private static Map<String, JsonNode> byIdentity(ArrayNode array) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    Map<String, Integer> count = new HashMap<>();
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    for (JsonNode each : elements) {
      String identity = identity(each);
      int number = count.merge(identity, 1, Integer::sum);
      all.put(number == 1 ? identity : identity + " " + number, each);
    }
    return all;
  }

  private static String text(@Nullable JsonNode node) {
    return node == null ? ABSENT : node.isTextual() ? node.asText() : node.toString();
  }
}
