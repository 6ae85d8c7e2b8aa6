/** Load programs. They use the public APIs only, so that the same program drives every server. */
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
