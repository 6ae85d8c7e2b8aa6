package io.millrace.server.door.jms;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.kernel.Clock;
import io.millrace.server.shard.Reply;
import java.util.concurrent.TimeUnit;

/** What the door counts. Any thread. */
final class JmsMetrics {
  private final Clock clock;
  private final Timer sends;
  private final Timer acknowledgements;
  private final Timer commits;
  private final Counter failed;
  private final Counter lost;

  JmsMetrics(MeterRegistry registry, Clock clock, Clients clients) {
    this.clock = clock;
    this.sends = timer(registry, "send");
    this.acknowledgements = timer(registry, "acknowledge");
    this.commits = timer(registry, "commit");
    this.failed =
        Counter.builder("millrace.jms.requests.failed")
            .description("Requests of JMS clients that were answered with an error")
            .register(registry);
    this.lost =
        Counter.builder("millrace.jms.clients.lost")
            .description("JMS connections that broke and did not come back")
            .register(registry);
    Gauge.builder("millrace.jms.clients", clients, Clients::size)
        .description("JMS connections, those that have just broken and may come back included")
        .register(registry);
  }

  private static Timer timer(MeterRegistry registry, String request) {
    return Timer.builder("millrace.jms.request")
        .description("Time from the arrival of a request until its answer was ready")
        .tag("request", request)
        .register(registry);
  }

  <R> Reply<R> send(Reply<R> reply) {
    return new Timed<>(sends, clock, reply);
  }

  <R> Reply<R> acknowledgement(Reply<R> reply) {
    return new Timed<>(acknowledgements, clock, reply);
  }

  <R> Reply<R> commit(Reply<R> reply) {
    return new Timed<>(commits, clock, reply);
  }

  void failed() {
    failed.increment();
  }

  void lost() {
    lost.increment();
  }

  /** Measures from its making until it is answered. */
  private static final class Timed<R> implements Reply<R> {
    private final Timer timer;
    private final Clock clock;
    private final Reply<R> reply;
    private final long startNs;

    Timed(Timer timer, Clock clock, Reply<R> reply) {
      this.timer = timer;
      this.clock = clock;
      this.reply = reply;
      this.startNs = clock.nanoTime();
    }

    @Override
    public void ok(R response) {
      stop();
      reply.ok(response);
    }

    @Override
    public void fail(RuntimeException error) {
      stop();
      reply.fail(error);
    }

    private void stop() {
      timer.record(clock.nanoTime() - startNs, TimeUnit.NANOSECONDS);
    }
  }
}
