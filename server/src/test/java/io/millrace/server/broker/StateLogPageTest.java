package io.millrace.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.group.GroupScenario;
import io.millrace.server.producer.ProducerScenario;
import io.millrace.server.quota.QuotaScenario;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.shard.Shards;
import io.millrace.server.shard.StateLogs;
import io.millrace.server.shard.StateReader;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.tx.TransactionScenario;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the page of the state log against the registered types and the bytes that are written. */
class StateLogPageTest {
  private static final Path PAGE = Path.of("../docs/format/state-log.md");
  private static final Pattern ROW =
      Pattern.compile("\\| (\\d+) \\| ([a-z-]+) \\| (\\d+) \\| (.*) \\|");

  private record Row(int id, String name, int version, FieldList fields) {}

  private static Map<Integer, Row> page() throws IOException {
    Map<Integer, Row> rows = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        int id = Integer.parseInt(row.group(1));
        FieldList fields = FieldList.parse(row.group(4));
        rows.put(id, new Row(id, row.group(2), Integer.parseInt(row.group(3)), fields));
      }
    }
    return rows;
  }

  private static List<RecordType> registered(SteppedServer server) {
    List<RecordType> types = new ArrayList<>();
    List<Machines> composed = new ArrayList<>();
    Shards shards =
        new Shards(
            1,
            ShardConfig.DEFAULT,
            server.agents().clock(),
            server.store(),
            Runnable::run,
            machines -> {
              server.core().compose(machines);
              composed.add(machines);
            });
    shards.start(server.agents(), 1);
    server.settle();
    composed.get(0).machines().forEach(machine -> types.addAll(machine.recordTypes()));
    return types;
  }

  @Test
  void thePageListsEveryTypeWithItsVersion() throws IOException {
    List<String> expected =
        registered(new SteppedServer(6)).stream()
            .map(type -> type.id() + " " + type.name() + " " + type.version())
            .toList();

    List<String> rows =
        page().values().stream()
            .map(row -> row.id() + " " + row.name() + " " + row.version())
            .toList();

    assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void everyRecordThatIsWrittenHasTheFieldsOfThePage() throws IOException {
    SteppedServer server =
        new SteppedServer(7, ServerCoreConfig.DEFAULT.withProducer(ProducerScenario.FORGETFUL));
    Topic topic =
        server.createTopic(
            TopicSpec.topic("t", 2).withConfig(Map.of(TopicConfigKeys.RETENTION_MS, "1")));
    Topic other = server.createTopic(TopicSpec.topic("other", 1));
    server.<Long>ask(reply -> server.broker().nextProducerId(reply));
    GroupScenario.joinCommitLeaveAndDelete(server, topic.name());
    server.<Topic>ask(reply -> server.broker().deleteTopic(topic.id(), reply));
    TransactionScenario.consumeAndCommit(server);
    ProducerScenario.writeCommitAndForget(server, other.partition(0));
    QuotaScenario.setAndTakeAway(server);
    server.settle();
    Map<Integer, Row> page = page();

    Set<Integer> seen = new TreeSet<>();
    for (int shard = 0; shard < 8; shard++) {
      ByteBuffer kept = server.takeOver(StateLogs.idOf(shard));
      RecordBatchView batch = new RecordBatchView();
      for (boolean more = batch.first(kept); more; more = batch.next()) {
        RecordIterator records = new RecordIterator().over(batch);
        while (records.next()) {
          ByteBuffer key = Objects.requireNonNull(records.record().key());
          int id = key.getShort();
          Row row = Objects.requireNonNull(page.get(id), () -> "no row for type " + id);
          assertThat((int) key.get()).isEqualTo(row.version());
          StateReader value = new StateReader(Objects.requireNonNull(records.record().value()));
          row.fields().read(value);
          assertThat(value.hasRemaining()).as(row.name() + " has more fields").isFalse();
          seen.add(id);
        }
      }
    }

    assertThat(seen)
        .contains(
            1, 2, 3, 16, 20, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 60, 61,
            62, 64, 65, 66, 67, 70, 71, 90, 91, 92);
  }
}
