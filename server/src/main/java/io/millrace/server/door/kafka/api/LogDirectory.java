package io.millrace.server.door.kafka.api;

import java.util.concurrent.CompletionStage;

/** Where the logs lie, as administrators are told it. Any thread. */
public interface LogDirectory {

  /**
   * The size of the volume that the directory is on.
   *
   * @param totalBytes of the whole volume; -1 where it is unknown
   * @param usableBytes that can still be written; -1 where it is unknown
   */
  record Volume(long totalBytes, long usableBytes) {
    /** A volume of which nothing is known. */
    public static final Volume UNKNOWN = new Volume(-1, -1);
  }

  /** The absolute path. */
  String path();

  /** Looks at the volume, which may wait for a disk, on a thread that may. Never fails. */
  CompletionStage<Volume> volume();
}
