package io.millrace.server.boot;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/** A throwable whose messages, and those of its causes, are {@linkplain PlainText plain text}. */
record PlainThrowable(IThrowableProxy inner) implements IThrowableProxy {

  private static @Nullable IThrowableProxy plain(@Nullable IThrowableProxy throwable) {
    return throwable == null ? null : new PlainThrowable(throwable);
  }

  @Override
  public @Nullable String getMessage() {
    return PlainText.ofNullable(inner.getMessage());
  }

  @Override
  public String getClassName() {
    return inner.getClassName();
  }

  @Override
  public StackTraceElementProxy[] getStackTraceElementProxyArray() {
    return inner.getStackTraceElementProxyArray();
  }

  @Override
  public int getCommonFrames() {
    return inner.getCommonFrames();
  }

  @Override
  public @Nullable IThrowableProxy getCause() {
    return plain(inner.getCause());
  }

  @Override
  public IThrowableProxy[] getSuppressed() {
    IThrowableProxy[] suppressed = inner.getSuppressed();
    IThrowableProxy[] all = new IThrowableProxy[suppressed.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = new PlainThrowable(suppressed[i]);
    }
    return all;
  }

  @Override
  public boolean isCyclic() {
    return inner.isCyclic();
  }
}
