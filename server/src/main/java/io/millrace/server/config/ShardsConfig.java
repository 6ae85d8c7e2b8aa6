package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * The units of threading and of state.
 *
 * @param count number of shards of a new data directory
 * @param threads threads that run them; 0 chooses by the machine
 */
public record ShardsConfig(
    @Setting(
            value = "8",
            unit = "shards",
            meaning = "Number of shards. Fixed when a data directory is created; ignored later.")
        @Min(value = 1, message = "must be between 1 and 1024")
        @Max(value = 1024, message = "must be between 1 and 1024")
        int count,
    @Setting(
            value = "0",
            unit = "threads",
            meaning = "Threads that run the shards. 0 is half the processors, at least one.")
        @Min(value = 0, message = "must be between 0 (half the processors) and 256")
        @Max(value = 256, message = "must be between 0 (half the processors) and 256")
        int threads) {

  /** The number of threads to start on a machine. */
  public int effectiveThreads(int processors) {
    return threads > 0 ? threads : Math.max(1, processors / 2);
  }
}
