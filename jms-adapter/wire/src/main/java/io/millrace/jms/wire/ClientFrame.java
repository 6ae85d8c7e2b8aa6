package io.millrace.jms.wire;

/** A frame that only a client sends. */
public sealed interface ClientFrame extends Frame permits Request, Credit, Leave {}
