package io.millrace.server.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import io.millrace.server.config.LoggingConfig;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Sets up the server's messages in code, which starts quicker than reading a file: warnings to
 * standard error until the configuration is known, then what it says. Standard output is kept for
 * answers. What clients sent cannot end a line or steer a terminal: see {@link PlainText}.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %-22.22thread %logger{24} %msg%n%ex";
  private static final String CONSOLE = "console";

  /** Called by logback through its service loader when the first logger is wanted. */
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName(CONSOLE);
    console.setTarget("System.err");
    console.setEncoder(encoder(context));
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Applies the configuration to this process. */
  public static void apply(LoggingConfig config, Path dataDir) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = Level.toLevel(config.level().name());
    context.getLogger("io.millrace").setLevel(level);
    root.setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    if (config.file()) {
      root.addAppender(file(context, config, dataDir.resolve("logs").resolve("millrace.log")));
    }
  }

  private static RollingFileAppender<ILoggingEvent> file(
      LoggerContext context, LoggingConfig config, Path path) {
    RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
    file.setContext(context);
    file.setName("file");
    file.setFile(path.toString());
    FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
    names.setContext(context);
    names.setParent(file);
    names.setFileNamePattern(path + ".%i");
    names.setMinIndex(1);
    names.setMaxIndex(config.keepFiles());
    names.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(config.maxFileBytes()));
    size.start();
    file.setRollingPolicy(names);
    file.setTriggeringPolicy(size);
    file.setEncoder(encoder(context));
    file.start();
    return file;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout(context));
    encoder.start();
    return encoder;
  }

  /** How a message looks, on the console and in the file. */
  static PatternLayout layout(LoggerContext context) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(PATTERN);
    layout.getInstanceConverterMap().put("msg", PlainMessage::new);
    layout.getInstanceConverterMap().put("ex", PlainStackTrace::new);
    layout.start();
    return layout;
  }

  private static final class PlainMessage extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return PlainText.of(String.valueOf(event.getFormattedMessage()));
    }
  }

  private static final class PlainStackTrace extends ThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy throwable) {
      return super.throwableProxyToString(new PlainThrowable(throwable));
    }
  }
}
