package io.millrace.server.producer;

/**
 * Who asks for something in a transaction.
 *
 * @param transactionalId names the application's producer across its restarts
 * @param identity what the producer was given when it began, or at its last transaction's end
 */
public record ProducerKey(String transactionalId, ProducerIdentity identity) {

  public ProducerKey(String transactionalId, long producerId, short epoch) {
    this(transactionalId, new ProducerIdentity(producerId, epoch));
  }
}
