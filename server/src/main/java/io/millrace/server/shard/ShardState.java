package io.millrace.server.shard;

import java.util.List;

/** The state machines of one shard, made anew each time the shard is opened. */
public interface ShardState {
  List<StateMachine> machines();
}
