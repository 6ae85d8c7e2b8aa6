package io.millrace.jms.wire;

/** A client's frame that may ask for an answer. */
public sealed interface Request extends ClientFrame
    permits Hello,
        SetClientId,
        Ping,
        Resolve,
        ProducerId,
        Send,
        Consume,
        Ack,
        CloseConsumer,
        OpenSession,
        CloseSession,
        Commit,
        Rollback,
        Unsubscribe,
        DeleteTemporary,
        Goodbye,
        Poll,
        Pause {
  /** Chosen by the client, repeated in the answer; 0 asks for no answer. */
  int requestId();
}
