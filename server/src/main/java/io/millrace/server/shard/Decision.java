package io.millrace.server.shard;

import java.util.List;

/**
 * What a handler decided: the records that make it so, and what to answer once they are durable.
 * The handler itself has changed nothing.
 *
 * @param records in the order in which they are replayed; empty when nothing changes
 */
public record Decision<R>(List<StateRecord> records, R response) {

  public static <R> Decision<R> of(StateRecord record, R response) {
    return new Decision<>(List.of(record), response);
  }

  public static <R> Decision<R> of(List<StateRecord> records, R response) {
    return new Decision<>(records, response);
  }

  /** Changes nothing; the answer still waits for earlier decisions, on which it may rest. */
  public static <R> Decision<R> answer(R response) {
    return new Decision<>(List.of(), response);
  }
}
