package io.millrace.jms.transport;

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
 * A {@link SharedSocket} whose channel sends nothing, and whose I/O thread is whoever calls {@link
 * #io}, so that thousands are made and closed in a second.
 */
final class FakeSocket {
  private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by this
  private boolean open = true; // guarded by this
  private final EventLoop loop = proxy(EventLoop.class, this::onLoop);
  private final ByteBufAllocator memory =
      proxy(ByteBufAllocator.class, (method, argument) -> Unpooled.buffer((int) argument[0]));
  private final SharedSocket socket;

  FakeSocket(int most) {
    socket = new SharedSocket(proxy(Channel.class, this::onChannel), most);
  }

  SharedSocket socket() {
    return socket;
  }

  synchronized boolean isOpen() {
    return open;
  }

  /** The far end closes the socket, or this one does. The I/O thread will say so. */
  synchronized void close() {
    if (open) {
      open = false;
      tasks.add(socket::onClosed);
    }
  }

  /** Does what waits for the I/O thread. */
  void io() {
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
      case "isOpen", "isActive" -> {
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
