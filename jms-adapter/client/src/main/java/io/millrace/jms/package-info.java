/**
 * What an application names: the connection factory. Everything else it holds by the interfaces of
 * Jakarta Messaging.
 */
@NullMarked
package io.millrace.jms;

import org.jspecify.annotations.NullMarked;
