/**
 * Data directories that earlier versions wrote, opened by this one. The directories lie packed
 * among the resources; {@link io.millrace.it.upgrade.WriteUpgradeData} wrote what is in them,
 * against a server of its time.
 */
@NullMarked
package io.millrace.it.upgrade;

import org.jspecify.annotations.NullMarked;
