package io.millrace.jms.wire;

/**
 * One frame of the protocol, decoded. Immutable but for the buffers it refers to, which readers
 * must not move.
 */
public sealed interface Frame permits ClientFrame, ServerFrame {
  /** Which frame this is; what a handler switches on. */
  FrameType type();

  /** Hands the fields to {@code out} in wire order. */
  void writeTo(FieldSink out);
}
