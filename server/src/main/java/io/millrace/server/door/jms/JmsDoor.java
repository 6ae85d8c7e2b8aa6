package io.millrace.server.door.jms;

import io.millrace.jms.wire.Preamble;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.server.broker.Broker;
import io.millrace.server.net.Connection;
import io.millrace.server.net.DoorProtocol;
import io.millrace.server.net.FrameDecoder;
import io.netty.buffer.ByteBuf;

/** Serves the JMS client. A connection is a JMS client's when it begins with "MRJM". */
public final class JmsDoor implements DoorProtocol {
  private final DoorContext context;

  /**
   * A door without connections.
   *
   * @param randomness for the keys of connections: unpredictable, for any thread
   */
  public JmsDoor(Broker broker, JmsDoorConfig config, Clock clock, Randomness randomness) {
    this.context = new DoorContext(broker, config, clock, new Clients(randomness));
  }

  @Override
  public String name() {
    return "jms";
  }

  @Override
  public Claim claim(ByteBuf firstBytes) {
    int known = Math.min(Integer.BYTES, firstBytes.readableBytes());
    for (int i = 0; i < known; i++) {
      int expected = (Preamble.MAGIC >>> (8 * (Integer.BYTES - 1 - i))) & 0xff;
      if (firstBytes.getUnsignedByte(firstBytes.readerIndex() + i) != expected) {
        return Claim.NOT_MINE;
      }
    }
    return known == Integer.BYTES ? Claim.MINE : Claim.NEED_MORE;
  }

  @Override
  public void open(Connection connection) {
    JmsConnection handler = new JmsConnection(connection, context);
    connection.addHandler("preamble", new PreambleHandler(connection, handler::onVersion));
    connection.addHandler("frames", new FrameDecoder(connection));
    connection.addHandler("jms", handler);
  }

  /** How many clients there are, those whose connection has just broken included. */
  public int clients() {
    return context.clients().size();
  }
}
