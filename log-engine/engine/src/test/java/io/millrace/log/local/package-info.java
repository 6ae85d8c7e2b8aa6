/** Tests of the local store: the contract, its files, and what it does when things fail. */
@NullMarked
package io.millrace.log.local;

import org.jspecify.annotations.NullMarked;
