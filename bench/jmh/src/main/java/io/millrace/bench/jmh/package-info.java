/**
 * Benchmarks of single hot paths through public types. Those of package-private types lie in the
 * package that they measure. Nothing here is delivered.
 */
@NullMarked
package io.millrace.bench.jmh;

import org.jspecify.annotations.NullMarked;
