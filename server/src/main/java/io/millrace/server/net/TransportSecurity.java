package io.millrace.server.net;

import io.netty.channel.ChannelPipeline;

/** What lies between the socket and the protocols: nothing, or TLS. */
public interface TransportSecurity {

  /** Plain bytes. */
  TransportSecurity NONE =
      new TransportSecurity() {
        @Override
        public void install(ChannelPipeline pipeline) {
          // bytes pass as they are
        }

        @Override
        public boolean passesFiles() {
          return true;
        }
      };

  /** Adds its handlers to the beginning of a new connection's pipeline. */
  void install(ChannelPipeline pipeline);

  /** Whether file regions may be written, so that the kernel moves the bytes (sendfile). */
  boolean passesFiles();
}
