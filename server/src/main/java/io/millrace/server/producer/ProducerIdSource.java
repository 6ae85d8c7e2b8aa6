package io.millrace.server.producer;

import io.millrace.server.shard.Reply;

/** Where producer ids come from. Any thread. */
@FunctionalInterface
public interface ProducerIdSource {

  /** An id that was never given before and will never be given again; 0 or more. */
  void next(Reply<Long> reply);
}
