@NullMarked
package io.millrace.log.local.manifest;

import org.jspecify.annotations.NullMarked;
