@NullMarked
package io.millrace.server.producer;

import org.jspecify.annotations.NullMarked;
