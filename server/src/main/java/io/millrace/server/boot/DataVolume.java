package io.millrace.server.boot;

import io.millrace.kernel.Failures;
import io.millrace.server.door.kafka.api.LogDirectory;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The data directory and the disk that it is on. */
final class DataVolume implements LogDirectory {
  private final Path directory;
  private final Executor slow;

  /**
   * @param slow may wait for the disk
   */
  DataVolume(Path directory, Executor slow) {
    this.directory = directory;
    this.slow = slow;
  }

  @Override
  public String path() {
    return directory.toString();
  }

  @Override
  public CompletionStage<Volume> volume() {
    try {
      return CompletableFuture.supplyAsync(this::look, slow);
    } catch (RejectedExecutionException e) {
      // The server stops.
      return CompletableFuture.completedFuture(Volume.UNKNOWN);
    }
  }

  private Volume look() {
    try {
      FileStore store = Files.getFileStore(directory);
      return new Volume(store.getTotalSpace(), store.getUsableSpace());
    } catch (IOException e) {
      Failures.report("looking at the disk of " + directory, e);
      return Volume.UNKNOWN;
    }
  }
}
