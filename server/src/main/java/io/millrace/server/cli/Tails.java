package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Follows the ends of several partitions at once, each on a thread of its own. */
final class Tails {
  private static final String DATA = "data:";

  /**
   * A message of a partition, as JSON; or the end of its stream, and why when that is a failure.
   */
  private record Event(
      int partition, @Nullable String message, @Nullable RuntimeException failure) {}

  /** Shows one message. */
  interface View {
    void show(int partition, ObjectNode message);
  }

  private final AdminClient client;
  private final String path;

  /** The newest that nobody has shown yet. Bounded, so that a slow terminal slows the streams. */
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(1000);

  /**
   * @param path of the destination
   */
  Tails(AdminClient client, String path) {
    this.client = client;
    this.path = path;
  }

  /** The partitions of the destination. */
  List<Integer> partitions() {
    JsonNode all = client.get(path).path("partitions");
    return Stream.iterate(0, index -> index + 1).limit(Math.max(1, all.size())).toList();
  }

  /**
   * Shows messages until there were so many, or the server ends all streams.
   *
   * @param offset where to begin in each partition; what comes next when there is none
   */
  void follow(List<Integer> partitions, Optional<Long> offset, long count, View view) {
    for (int partition : partitions) {
      Thread reader = new Thread(() -> read(partition, offset), "tail-" + partition);
      reader.setDaemon(true);
      reader.start();
    }
    int open = partitions.size();
    for (long left = count; left > 0 && open > 0; ) {
      Event event = next();
      if (event.failure() != null) {
        throw event.failure();
      }
      if (event.message() == null) {
        open--;
      } else {
        view.show(event.partition(), (ObjectNode) Json.parse(event.message()));
        left--;
      }
    }
  }

  private Event next() {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCodes.FAILED, "interrupted");
    }
  }

  private void read(int partition, Optional<Long> offset) {
    String query = "/tail?partition=" + partition + offset.map(at -> "&offset=" + at).orElse("");
    RuntimeException failure = null;
    try (Stream<String> lines = client.events(path + query)) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        if (line.startsWith(DATA)) {
          events.put(new Event(partition, line.substring(DATA.length()).strip(), null));
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    end(new Event(partition, null, failure));
  }

  private void end(Event event) {
    try {
      events.put(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
