package io.millrace.it.differential;

import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * One request of a script.
 *
 * @param name says what is tried; unique in its script
 * @param connection the number of the connection that it goes over
 * @param kind whether an answer is awaited, and when
 * @param minVersion the step is left out in older versions
 * @param maxVersion the step is left out in newer versions
 * @param body the request's fields, with placeholders
 * @param captures names for what later steps need of the answer, and where in it that is
 */
record Step(
    String name,
    int connection,
    ApiKeys api,
    Kind kind,
    short minVersion,
    short maxVersion,
    String body,
    Map<String, String> captures) {

  /** When an answer is awaited. */
  enum Kind {
    /** The answer is awaited at once. */
    ASK,
    /** As {@link #ASK}, and asked again until nothing of the answer is an error. */
    AWAIT,
    /** There must be none: the next answer is that to the next request. */
    SEND,
    /** The answer comes after other requests. */
    BEGIN,
    /** Awaits the answer to what was begun on this connection; sends nothing. */
    TAKE
  }

  boolean existsIn(short version) {
    return version >= minVersion && version <= maxVersion;
  }
}
