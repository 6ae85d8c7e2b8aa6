/**
 * What every other part stands on: clock, agents and their threads, mailboxes and timers.
 *
 * <p>The only package that starts threads, reads the wall clock or draws random numbers. Everything
 * above receives these as constructor arguments, so that a test can step a whole server on one
 * thread. Nothing of messaging may enter.
 */
@NullMarked
package io.millrace.kernel;

import org.jspecify.annotations.NullMarked;
