package io.millrace.jms.link;

import io.millrace.jms.wire.ConsumerMode;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer is to read and how.
 *
 * @param destination where from
 * @param mode how
 * @param subscriptionName for the durable and shared modes
 * @param selector the message selector; null for none
 * @param noLocal leave out what this connection sent
 */
public record ConsumerSpec(
    RemoteDestination destination,
    ConsumerMode mode,
    @Nullable String subscriptionName,
    @Nullable String selector,
    boolean noLocal) {}
