package io.millrace.server.door.kafka;

import io.millrace.server.door.kafka.api.LogDirectory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A log directory that is not looked at. */
public record UnknownVolume(String path) implements LogDirectory {

  @Override
  public CompletionStage<Volume> volume() {
    return CompletableFuture.completedFuture(Volume.UNKNOWN);
  }
}
