package io.millrace.server.producer;

import org.apache.kafka.common.protocol.Errors;

/** What is to become of a request to the transaction coordinator. */
sealed interface Verdict {

  /** It is refused; nothing changes. */
  record Refused(Errors error) implements Verdict {}

  /** It is granted, and this is what is known from now on. */
  record Becomes(ProducerEntry entry) implements Verdict {}

  /** It is granted: it was carried out before, or changes nothing. */
  record Unchanged() implements Verdict {}

  /** A transaction ends just now: to be asked again when it has ended. */
  record Waits() implements Verdict {}

  /** To be asked again with a fresh producer id. */
  record NeedsProducerId() implements Verdict {}
}
