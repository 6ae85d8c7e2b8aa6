package io.millrace.server.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the server warns its operator of, or tells it, while this is open. */
public final class Warnings implements AutoCloseable {
  private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
  private final Logger logger;
  private final Level least;
  private final @Nullable Level levelBefore;

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(least)) {
            lines.add(event.getFormattedMessage());
          }
        }
      };

  /**
   * Begins to listen.
   *
   * @param logger the name of a package or a class
   */
  public Warnings(String logger) {
    this(logger, Level.WARN);
  }

  /** The same for lines that are no warnings. */
  public static Warnings andNews(String logger) {
    return new Warnings(logger, Level.INFO);
  }

  private Warnings(String logger, Level least) {
    this.least = least;
    this.levelBefore = ((Logger) LoggerFactory.getLogger(logger)).getLevel();
    this.logger = (Logger) LoggerFactory.getLogger(logger);
    appender.setContext(this.logger.getLoggerContext());
    appender.start();
    this.logger.addAppender(appender);
    if (!this.logger.isEnabledFor(least)) {
      this.logger.setLevel(least);
    }
  }

  /** The lines so far, without their time and level. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(levelBefore);
    appender.stop();
  }
}
