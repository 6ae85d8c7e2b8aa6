package io.millrace.server.producer;

/**
 * As what a producer writes.
 *
 * @param producerId 0 or more
 * @param epoch counts those that wrote with this id, the newest fences the others; 0 to 32766
 */
public record ProducerIdentity(long producerId, short epoch) {}
