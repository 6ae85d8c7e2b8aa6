/**
 * The simplified API: contexts, their producers and consumers. Thin: everything is done by the
 * classic API's classes.
 */
@NullMarked
package io.millrace.jms.context;

import org.jspecify.annotations.NullMarked;
