package io.millrace.races;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A channel that sends nothing, and whose event loop is whoever calls {@link #runTasks}, so that
 * thousands are made and closed in a second. Any thread.
 */
public final class FakeChannel {
  private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by this
  private final Runnable onClosed;
  private boolean open = true; // guarded by this
  private final EventLoop loop = proxy(EventLoop.class, this::onLoop);
  private final ByteBufAllocator memory =
      proxy(ByteBufAllocator.class, (method, argument) -> Unpooled.buffer((int) argument[0]));
  private final Channel channel = proxy(Channel.class, this::onChannel);

  public FakeChannel() {
    this(() -> {});
  }

  /**
   * @param onClosed runs on the event loop when the channel has closed
   */
  public FakeChannel(Runnable onClosed) {
    this.onClosed = onClosed;
  }

  public Channel channel() {
    return channel;
  }

  public synchronized boolean isOpen() {
    return open;
  }

  /** The far end closes it, or this one does. The event loop will say so. */
  public synchronized void close() {
    if (open) {
      open = false;
      tasks.add(onClosed);
    }
  }

  /** Does what waits for the event loop. */
  public void runTasks() {
    for (Runnable next = poll(); next != null; next = poll()) {
      next.run();
    }
  }

  private synchronized @Nullable Runnable poll() {
    return tasks.poll();
  }

  private synchronized @Nullable Object onLoop(Method method, Object[] arguments) {
    if (!method.getName().equals("execute")) {
      throw new UnsupportedOperationException(method.toString());
    }
    tasks.add((Runnable) arguments[0]);
    return null;
  }

  private @Nullable Object onChannel(Method method, Object[] arguments) {
    switch (method.getName()) {
      case "isOpen", "isActive", "isWritable" -> {
        return isOpen();
      }
      case "alloc" -> {
        return memory;
      }
      case "eventLoop" -> {
        return loop;
      }
      case "close" -> close();
      case "write" -> ((ByteBuf) arguments[0]).release();
      case "flush", "voidPromise" -> {}
      default -> throw new UnsupportedOperationException(method.toString());
    }
    return null;
  }

  @FunctionalInterface
  private interface Handler {
    @Nullable Object invoke(Method method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> handler.invoke(method, arguments)));
  }
}
