package io.millrace.it.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Answers as trees: every field by its name, errors by theirs, records one by one. */
final class AnswerTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AnswerTree() {}

  /** The tree of an answer that was read. */
  static JsonNode of(ApiMessage answer, short version) {
    JsonNode tree;
    try {
      tree =
          (JsonNode)
              Objects.requireNonNull(
                  Class.forName(answer.getClass().getName() + "JsonConverter")
                      .getMethod("write", answer.getClass(), short.class, boolean.class)
                      .invoke(null, answer, version, false));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    if (answer instanceof FetchResponseData fetched) {
      addRecords(tree, fetched);
    }
    nameErrors(tree);
    return tree;
  }

  /** The tree that stands for an answer that did not come. */
  static JsonNode none(String why) {
    return NODES.objectNode().put("outcome", why);
  }

  private static void addRecords(JsonNode tree, FetchResponseData fetched) {
    for (int i = 0; i < fetched.responses().size(); i++) {
      var partitions = fetched.responses().get(i).partitions();
      for (int j = 0; j < partitions.size(); j++) {
        ObjectNode node = (ObjectNode) tree.at("/responses/" + i + "/partitions/" + j);
        node.remove("recordsSizeInBytes");
        node.set("records", batches((MemoryRecords) partitions.get(j).records()));
      }
    }
  }

  private static JsonNode batches(@Nullable MemoryRecords records) {
    if (records == null) {
      return NODES.nullNode();
    }
    ArrayNode all = NODES.arrayNode();
    for (MutableRecordBatch batch : records.batches()) {
      ObjectNode node = all.addObject();
      node.put("baseOffset", batch.baseOffset()).put("lastOffset", batch.lastOffset());
      node.put("magic", batch.magic()).put("leaderEpoch", batch.partitionLeaderEpoch());
      node.put("producerId", batch.producerId()).put("producerEpoch", batch.producerEpoch());
      node.put("baseSequence", batch.baseSequence());
      node.put("transactional", batch.isTransactional()).put("control", batch.isControlBatch());
      node.put("compression", batch.compressionType().name);
      node.put("timestampType", batch.timestampType().name);
      ArrayNode values = node.putArray("batch");
      for (Record record : batch) {
        ObjectNode each = values.addObject().put("offset", record.offset());
        if (!batch.isControlBatch()) {
          each.put("timestamp", record.timestamp());
          each.put("key", text(record.key())).put("value", text(record.value()));
        }
      }
    }
    return all;
  }

  private static @Nullable String text(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : Utils.utf8(bytes);
  }

  private static void nameErrors(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getKey().equals("errorCode")) {
          field.setValue(NODES.textNode(Errors.forCode(field.getValue().shortValue()).name()));
        }
      }
    }
    node.forEach(AnswerTree::nameErrors);
  }
}
