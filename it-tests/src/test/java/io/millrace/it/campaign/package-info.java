/**
 * Long runs of many clients against a server process that is killed, and the checks of what they
 * saw.
 */
@NullMarked
package io.millrace.it.campaign;

import org.jspecify.annotations.NullMarked;
