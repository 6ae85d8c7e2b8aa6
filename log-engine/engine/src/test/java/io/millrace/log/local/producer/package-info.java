@NullMarked
package io.millrace.log.local.producer;

import org.jspecify.annotations.NullMarked;
