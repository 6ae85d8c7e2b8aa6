package io.millrace.jms.transport;

import io.millrace.jms.config.ServerAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The newest socket to each server, for new conversations. Of those who want one at the same time
 * one opens it and the others wait. Any thread but the I/O thread may call.
 */
final class Sockets {

  /** Opens a socket. */
  interface Opener {
    SharedSocket open() throws IOException, InterruptedException;
  }

  private final Map<ServerAddress, CompletableFuture<SharedSocket>> newest = new HashMap<>();

  /**
   * A socket with room, opened if there is none.
   *
   * @param timeoutMs how long to wait for somebody else who is opening one
   * @throws IOException if the server cannot be reached in time
   */
  SharedSocket get(ServerAddress address, long timeoutMs, Opener opener)
      throws IOException, InterruptedException {
    while (true) {
      CompletableFuture<SharedSocket> own = null;
      CompletableFuture<SharedSocket> found;
      synchronized (this) {
        found = newest.get(address);
        if (found == null || isSpent(found)) {
          own = new CompletableFuture<>();
          found = own;
          newest.put(address, own);
        }
      }
      if (own != null) {
        return open(address, own, opener);
      }
      SharedSocket socket = await(address, found, timeoutMs);
      if (socket != null) {
        return socket;
      }
    }
  }

  private static boolean isSpent(CompletableFuture<SharedSocket> opened) {
    return opened.isDone() && (opened.isCompletedExceptionally() || !opened.join().hasRoom());
  }

  private SharedSocket open(
      ServerAddress address, CompletableFuture<SharedSocket> own, Opener opener)
      throws IOException, InterruptedException {
    try {
      SharedSocket opened = opener.open();
      own.complete(opened);
      return opened;
    } catch (IOException | InterruptedException | RuntimeException | Error failed) {
      // Whatever it was, the next one tries anew.
      synchronized (this) {
        newest.remove(address, own);
      }
      own.completeExceptionally(failed);
      throw failed;
    }
  }

  /** What somebody else opened; null if that one was told to stop, which says nothing. */
  private static @Nullable SharedSocket await(
      ServerAddress address, CompletableFuture<SharedSocket> opening, long timeoutMs)
      throws IOException, InterruptedException {
    try {
      return opening.get(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IOException("no connection to " + address + " within " + timeoutMs + " ms", late);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException unreachable) {
        throw new IOException(unreachable.getMessage(), unreachable);
      }
      return null;
    }
  }

  /** Forgets a socket that has closed. */
  synchronized void forget(ServerAddress address, SharedSocket closed) {
    CompletableFuture<SharedSocket> known = newest.get(address);
    if (known != null
        && known.isDone()
        && !known.isCompletedExceptionally()
        && known.join() == closed) {
      newest.remove(address);
    }
  }
}
