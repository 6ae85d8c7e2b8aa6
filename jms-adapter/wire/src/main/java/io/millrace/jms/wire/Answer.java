package io.millrace.jms.wire;

/** The server's answer to a {@link Request}. */
public sealed interface Answer extends ServerFrame
    permits Welcome, Done, Failed, DestinationInfo, ProducerInfo, Sent, Consuming, Pong {
  /** The request's id. In {@link Failed} 0 means the whole connection. */
  int requestId();
}
