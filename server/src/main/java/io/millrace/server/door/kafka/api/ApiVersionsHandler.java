package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Api;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import java.util.Collection;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;

/**
 * Says what is served, read from the table that serves it (KIP-35, KIP-511).
 *
 * <p>A request of an unknown version is answered in version 0 with UNSUPPORTED_VERSION and the
 * versions of this API, after which clients ask again.
 *
 * <p>The features (KIP-584) are group.version, which is 1: the new protocol of consumer groups
 * (KIP-848), share.version, which is 1: share groups (KIP-932), and transaction.version, which is
 * 2: clients that know it let partitions and groups join transactions with what they write
 * (KIP-890).
 */
public final class ApiVersionsHandler implements RequestHandler<ApiVersionsRequest> {
  private static final String GROUPS = "group.version";
  private static final short GROUPS_VERSION = 1;
  private static final String SHARES = "share.version";
  private static final short SHARES_VERSION = 1;
  private static final String TRANSACTIONS = "transaction.version";
  private static final short TRANSACTIONS_VERSION = 2;
  private static final long FEATURES_EPOCH = 0;

  /** Older clients cannot read that a feature may be of version 0. */
  private static final int VERSION_ZERO_SINCE = 4;

  private final Supplier<Collection<Api<?>>> served;

  public ApiVersionsHandler(Supplier<Collection<Api<?>>> served) {
    this.served = served;
  }

  @Override
  public void handle(ApiVersionsRequest request, Exchange exchange) {
    ApiVersionsResponseData response = new ApiVersionsResponseData();
    if (request.hasUnsupportedRequestVersion()) {
      response.setErrorCode(Errors.UNSUPPORTED_VERSION.code()).setApiKeys(versions(true));
    } else if (!request.isValid()) {
      response.setErrorCode(Errors.INVALID_REQUEST.code());
    } else {
      response.setApiKeys(versions(false));
      addFeatures(response, exchange.version());
    }
    exchange.reply(new ApiVersionsResponse(response));
  }

  private static void addFeatures(ApiVersionsResponseData response, short version) {
    response.setFinalizedFeaturesEpoch(FEATURES_EPOCH);
    addFeature(response, version, GROUPS, GROUPS_VERSION);
    addFeature(response, version, SHARES, SHARES_VERSION);
    addFeature(response, version, TRANSACTIONS, TRANSACTIONS_VERSION);
  }

  private static void addFeature(
      ApiVersionsResponseData response, short version, String name, short level) {
    response
        .supportedFeatures()
        .add(
            new SupportedFeatureKey()
                .setName(name)
                .setMinVersion((short) (version < VERSION_ZERO_SINCE ? 1 : 0))
                .setMaxVersion(level));
    response
        .finalizedFeatures()
        .add(
            new FinalizedFeatureKey()
                .setName(name)
                .setMinVersionLevel(level)
                .setMaxVersionLevel(level));
  }

  private ApiVersionCollection versions(boolean ofThisApiOnly) {
    ApiVersionCollection versions = new ApiVersionCollection();
    for (Api<?> api : served.get()) {
      if (!ofThisApiOnly || api.key() == ApiKeys.API_VERSIONS) {
        versions.add(
            new ApiVersion()
                .setApiKey(api.key().id)
                .setMinVersion(advertisedMinVersion(api))
                .setMaxVersion(api.maxVersion()));
      }
    }
    return versions;
  }

  /** Produce is announced from 0, or librdkafka does not compress (KAFKA-18659). */
  private static short advertisedMinVersion(Api<?> api) {
    return api.key() == ApiKeys.PRODUCE
        ? ApiKeys.PRODUCE_API_VERSIONS_RESPONSE_MIN_VERSION
        : api.minVersion();
  }
}
