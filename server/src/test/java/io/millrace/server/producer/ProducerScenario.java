package io.millrace.server.producer;

import io.millrace.log.LogId;
import io.millrace.server.testing.SteppedServer;

/** The life of a transactional id, for tests that look at what it leaves behind. */
public final class ProducerScenario {
  private static final long EXPIRATION_MS = 1000;

  /** With which transactional ids are forgotten soon. */
  public static final ProducerConfig FORGETFUL =
      ProducerConfig.DEFAULT.withIdExpiration(EXPIRATION_MS, EXPIRATION_MS);

  private ProducerScenario() {}

  /**
   * A transaction in a partition and a group; then the id is not used for too long.
   *
   * @param server is {@link #FORGETFUL}
   */
  public static void writeCommitAndForget(SteppedServer server, LogId partition) {
    TestProducer producer = new TestProducer(server, "scenario", true).init();
    producer.send(partition, "value");
    producer.joinGroup("scenario");
    server.settle();
    producer.commit();
    server.pass(3 * EXPIRATION_MS);
  }
}
