/**
 * Hand-made concurrent structures, each under every order of its threads' steps that a model
 * checker finds, and on the real memory. What needs a structure's package lies in a package of that
 * name; {@link io.millrace.races.Races} lists all.
 */
@NullMarked
package io.millrace.races;

import org.jspecify.annotations.NullMarked;
