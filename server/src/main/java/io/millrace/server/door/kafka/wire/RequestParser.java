package io.millrace.server.door.kafka.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * Makes exchanges of frames. What no API or version serves is refused, except for ApiVersions,
 * whose answer to an unknown version tells the client which ones there are (in version 0 of the
 * response, which every client reads).
 */
final class RequestParser {
  private static final int API_KEY_BYTES = Short.BYTES;

  private final ApiTable apis;

  RequestParser(ApiTable apis) {
    this.apis = apis;
  }

  /**
   * Whether a request may start behind the last one of those in the works: when there is none, or
   * when both are of the same pipelined API.
   */
  boolean mayStart(ByteBuffer frame, @Nullable Exchange last) {
    return last == null
        || frame.remaining() < API_KEY_BYTES
        || (last.api().pipelined() && last.api().key().id == frame.getShort(frame.position()));
  }

  Exchange parse(ByteBuffer frame, KafkaConnection connection, long nowNs)
      throws RefusedRequestException {
    int frameBytes = frame.remaining();
    if (frameBytes < API_KEY_BYTES) {
      throw new RefusedRequestException("a request of " + frameBytes + " bytes", null);
    }
    short key = frame.getShort(frame.position());
    Api<?> api = apis.find(key);
    if (api == null) {
      throw new RefusedRequestException("API key " + key + " is not served", null);
    }
    requireServed(api, frame);
    RequestHeader header;
    AbstractRequest request;
    try {
      header = RequestHeader.parse(frame);
      request = requestOf(api, header, frame);
    } catch (RuntimeException e) {
      throw new RefusedRequestException(
          "a malformed " + api.key().name + " request: " + e.getMessage(), e);
    }
    return new Exchange(connection, header, request, api, frameBytes, nowNs);
  }

  /** Before the header is parsed, whose form hangs on the version. */
  private static void requireServed(Api<?> api, ByteBuffer frame) throws RefusedRequestException {
    if (api.key() == ApiKeys.API_VERSIONS || frame.remaining() < 2 * Short.BYTES) {
      return;
    }
    short version = frame.getShort(frame.position() + API_KEY_BYTES);
    if (!api.serves(version)) {
      throw new RefusedRequestException(
          api.key().name
              + " version "
              + version
              + " is not served, only "
              + api.minVersion()
              + " to "
              + api.maxVersion(),
          null);
    }
  }

  private static AbstractRequest requestOf(Api<?> api, RequestHeader header, ByteBuffer frame) {
    short version = header.apiVersion();
    if (api.serves(version)) {
      ByteBufferAccessor fields =
          frame.remaining() < BoundedReader.MIN_BYTES
              ? new ByteBufferAccessor(frame)
              : new BoundedReader(frame);
      return AbstractRequest.parseRequest(api.key(), version, fields).request;
    }
    // Only of ApiVersions: the answer tells which versions there are.
    return new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 0, version);
  }

  /** The version in which the response is encoded: the request's, unless that is not served. */
  short responseVersion(Exchange exchange) {
    return exchange.api().serves(exchange.version()) ? exchange.version() : 0;
  }
}
