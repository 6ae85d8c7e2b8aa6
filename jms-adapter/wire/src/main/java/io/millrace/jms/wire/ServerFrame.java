package io.millrace.jms.wire;

/** A frame that only a server sends. */
public sealed interface ServerFrame extends Frame
    permits Answer, Deliver, BrowseEnd, ConsumerClosed, Left {}
